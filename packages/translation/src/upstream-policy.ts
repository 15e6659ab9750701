import { checkJson, type JsonObject } from '@silverback/kong-configuration';
import {
  parseResource,
  type FieldIssue,
  type KongKind,
  type KongUpstreamPolicy,
  type ValidationResult,
} from '@silverback/kong-resources';

/** The fields of an upstream that a policy gives, or what is wrong with it. */
export type PolicyResult =
  | { readonly fields: JsonObject }
  /** At least one. */
  | { readonly issues: readonly FieldIssue[] };

type Body = Readonly<Record<string, unknown>>;
type Policy = NonNullable<KongUpstreamPolicy['spec']>;
type Texts = Readonly<Record<string, string>>;

/**
 * What a KongUpstreamPolicy says of an upstream.
 *
 * @param body - the object without `metadata`, `apiVersion`, `kind` and `status`
 */
export function readUpstreamPolicy(body: Body): PolicyResult {
  const parsed = parse('KongUpstreamPolicy', body);
  if (!parsed.ok) return { issues: parsed.issues };
  const { hashOn, hashOnFallback, stickySessions, healthchecks, ...rest } = parsed.resource.spec ?? {};
  return {
    fields: {
      ...inWordsOfKong(rest),
      ...(healthchecks && { healthchecks: inWordsOfKong(healthchecks) }),
      ...hashFields('hash_on', hashOn),
      ...hashFields('hash_fallback', hashOnFallback),
      ...stickyFields(stickySessions),
    },
  };
}

/** What the part `upstream` of a KongIngress says of an upstream, in Kong's own words. */
export function readKongIngress(body: Body): PolicyResult {
  const parsed = parse('KongIngress', body);
  if (!parsed.ok) return { issues: parsed.issues };
  const named = Object.entries(parsed.resource.upstream ?? {}).map(([name, value]) => [
    name,
    /^hash_.*_header$/.test(name) && typeof value === 'string' ? hashedHeader(value) : value,
  ]);
  return { fields: Object.fromEntries(named) as JsonObject };
}

/** Only what JSON can say may become a part of the configuration. */
function parse<K extends KongKind>(kind: K, body: Body): ValidationResult<K> {
  const unwritable = checkJson(body).map(({ path, message }) => ({ field: path, message }));
  return unwritable.length > 0 ? { ok: false, issues: unwritable } : parseResource(kind, body);
}

/** As in `hash_on: header` beside `hash_on_header: x_session`. */
function hashFields(prefix: 'hash_on' | 'hash_fallback', hash: Policy['hashOn']): Texts {
  if (hash === undefined) return {};
  const { input, header, cookie, cookiePath, queryArg, uriCapture } = hash;
  if (input !== undefined) return { [prefix]: input };
  if (header !== undefined) return { [prefix]: 'header', [`${prefix}_header`]: hashedHeader(header) };
  if (queryArg !== undefined) return { [prefix]: 'query_arg', [`${prefix}_query_arg`]: queryArg };
  if (uriCapture !== undefined) return { [prefix]: 'uri_capture', [`${prefix}_uri_capture`]: uriCapture };
  // The cookie belongs to the upstream, whoever asks for it.
  return { [prefix]: 'cookie', hash_on_cookie: cookie ?? '', hash_on_cookie_path: cookiePath ?? '' };
}

/** Kong never finds a header whose name it has with `-`: all requests would go to one target. */
function hashedHeader(name: string): string {
  return name.replaceAll('-', '_');
}

function stickyFields(sticky: Policy['stickySessions']): Texts {
  if (sticky === undefined) return {};
  const { cookie, cookiePath } = sticky;
  return {
    sticky_sessions_cookie: cookie,
    ...(cookiePath !== undefined && { sticky_sessions_cookie_path: cookiePath }),
  };
}

/** `httpPath` as `http_path`; the names of headers stay. */
function inWordsOfKong(value: object): JsonObject {
  const named = Object.entries(value).map(([name, entry]: [string, unknown]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    isPart(entry) && name !== 'headers' ? inWordsOfKong(entry) : entry,
  ]);
  // A part of a valid policy: JSON.
  return Object.fromEntries(named) as JsonObject;
}

function isPart(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
