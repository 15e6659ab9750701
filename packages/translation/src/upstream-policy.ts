import type { JsonObject } from '@silverback/kong-configuration';
import {
  asCamelCase,
  asInKong,
  healthchecks,
  integer,
  isObject,
  oneOf,
  readObject,
  text,
  type PolicyIssue,
  type RuleTable,
} from './upstream-schema.ts';

/** The fields of an upstream that a policy gives, or what is wrong with it. */
export type PolicyResult =
  | { readonly fields: JsonObject }
  /** At least one. */
  | { readonly issues: readonly PolicyIssue[] };

const ALGORITHMS = oneOf(
  'round-robin',
  'consistent-hashing',
  'least-connections',
  'latency',
  'sticky-sessions',
);
const SLOTS = integer(10, 65_536);
const INPUTS = oneOf('ip', 'consumer', 'path', 'none');
const HASH_TABLE: RuleTable = {
  input: INPUTS,
  header: text,
  cookie: text,
  cookie_path: text,
  query_arg: text,
  uri_capture: text,
};
const STICKY_TABLE: RuleTable = { cookie: text, cookie_path: text };
const POLICY_TABLE: RuleTable = {
  algorithm: ALGORITHMS,
  slots: SLOTS,
  healthchecks: healthchecks(asCamelCase),
  hash_on: hashRule(),
  hash_on_fallback: hashRule(),
  sticky_sessions: (value, field, issues) => readObject(value, field, STICKY_TABLE, asCamelCase, issues),
};

function hashRule(): RuleTable[string] {
  return (value, field, issues) => readObject(value, field, HASH_TABLE, asCamelCase, issues);
}

/**
 * What a KongUpstreamPolicy says of an upstream.
 *
 * @param body - the object without `metadata`, `apiVersion`, `kind` and `status`
 */
export function readUpstreamPolicy(body: Readonly<Record<string, unknown>>): PolicyResult {
  const issues: PolicyIssue[] = [];
  const read = readObject(body['spec'], 'spec', POLICY_TABLE, asCamelCase, issues);
  const { hash_on, hash_on_fallback, sticky_sessions, ...rest } = read;
  const on = asText(hash_on);
  const fallback = asText(hash_on_fallback);
  const sticky = asText(sticky_sessions);
  issues.push(...contradictions(asAlgorithm(rest['algorithm']), on, fallback, sticky));
  if (issues.length > 0) return { issues };
  const hashing = { ...hashFields('hash_on', on), ...hashFields('hash_fallback', fallback) };
  return { fields: { ...rest, ...hashing, ...prefixed('sticky_sessions_', sticky) } };
}

type Texts = Readonly<Record<string, string>>;

/** What the rules let through is text. */
function asText(value: unknown): Texts | undefined {
  return isObject(value) ? (value as Texts) : undefined;
}

function asAlgorithm(value: unknown): string {
  return typeof value === 'string' ? value : 'round-robin';
}

/** The rules between fields, as the definition of the kind has them. */
function contradictions(
  algorithm: string,
  on: Texts | undefined,
  fallback: Texts | undefined,
  sticky: Texts | undefined,
): PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  const demand = (isMet: boolean, field: string, message: string): unknown =>
    isMet || issues.push({ field, message });
  for (const [field, hash] of [
    ['spec.hashOn', on],
    ['spec.hashOnFallback', fallback],
  ] as const) {
    if (hash === undefined) continue;
    demand(
      inputsOf(hash).length === 1,
      field,
      'must give exactly one of input, header, cookie, queryArg, uriCapture',
    );
    demand(
      (hash['cookie'] === undefined) === (hash['cookie_path'] === undefined),
      field,
      'must give cookie and cookiePath together',
    );
  }
  const hashes = algorithm === 'consistent-hashing';
  const isSticky = algorithm === 'sticky-sessions';
  demand(
    on === undefined || hashes || isSticky,
    'spec.hashOn',
    'needs the algorithm consistent-hashing or sticky-sessions',
  );
  demand(fallback === undefined || hashes, 'spec.hashOnFallback', 'needs the algorithm consistent-hashing');
  demand(
    fallback === undefined || (on !== undefined && on['cookie'] === undefined && on['input'] !== 'none'),
    'spec.hashOnFallback',
    'needs hashOn, and cannot stand beside a cookie or none',
  );
  demand(
    fallback === undefined || JSON.stringify(on) !== JSON.stringify(fallback),
    'spec.hashOnFallback',
    'must differ from hashOn',
  );
  demand(
    (sticky !== undefined) === isSticky,
    'spec.stickySessions',
    'belongs to the algorithm sticky-sessions, which needs it',
  );
  demand(sticky === undefined || sticky['cookie'] !== undefined, 'spec.stickySessions.cookie', 'is required');
  demand(
    !isSticky || on?.['input'] === 'none',
    'spec.hashOn.input',
    'must be none for the algorithm sticky-sessions',
  );
  return issues;
}

function inputsOf(hash: Texts): string[] {
  return Object.keys(hash).filter((key) => key !== 'cookie_path');
}

/** As in `hash_on: header` beside `hash_on_header: x_session`. */
function hashFields(prefix: 'hash_on' | 'hash_fallback', hash: Texts | undefined): Texts {
  if (hash === undefined) return {};
  const { input, cookie, cookie_path: cookiePath, header, ...others } = hash;
  if (input !== undefined) return { [prefix]: input };
  if (header !== undefined) return { [prefix]: 'header', [`${prefix}_header`]: hashedHeader(header) };
  if (cookie !== undefined) {
    // The cookie belongs to the upstream, whoever asks for it.
    const path = cookiePath === undefined ? {} : { hash_on_cookie_path: cookiePath };
    return { [prefix]: 'cookie', hash_on_cookie: cookie, ...path };
  }
  const [parameter = ''] = Object.keys(others);
  return { [prefix]: parameter, ...prefixed(`${prefix}_`, others) };
}

/** Kong never finds a header whose name it has with `-`: all requests would go to one target. */
function hashedHeader(name: string): string {
  return name.replaceAll('-', '_');
}

function prefixed(prefix: string, texts: Texts | undefined): Texts {
  return Object.fromEntries(Object.entries(texts ?? {}).map(([name, value]) => [prefix + name, value]));
}

const HASH_ON = oneOf('none', 'consumer', 'ip', 'header', 'cookie', 'path', 'query_arg', 'uri_capture');
const KONG_INGRESS_TABLE: RuleTable = {
  algorithm: oneOf('round-robin', 'consistent-hashing', 'least-connections', 'latency'),
  slots: SLOTS,
  host_header: text,
  healthchecks: healthchecks(asInKong),
  hash_on: HASH_ON,
  hash_fallback: HASH_ON,
  hash_on_header: text,
  hash_fallback_header: text,
  hash_on_cookie: text,
  hash_on_cookie_path: text,
  hash_on_query_arg: text,
  hash_fallback_query_arg: text,
  hash_on_uri_capture: text,
  hash_fallback_uri_capture: text,
};

/** What the part `upstream` of a KongIngress says of an upstream, in Kong's own words. */
export function readKongIngress(body: Readonly<Record<string, unknown>>): PolicyResult {
  const issues: PolicyIssue[] = [];
  const read = readObject(body['upstream'], 'upstream', KONG_INGRESS_TABLE, asInKong, issues);
  const named = Object.entries(read).map(([name, value]) => [
    name,
    name.startsWith('hash_') && name.endsWith('_header') && typeof value === 'string'
      ? hashedHeader(value)
      : value,
  ]);
  return issues.length > 0 ? { issues } : { fields: Object.fromEntries(named) as JsonObject };
}
