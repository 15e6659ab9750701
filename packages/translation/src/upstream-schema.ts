import type { JsonObject, JsonValue } from '@silverback/kong-configuration';

/** What is wrong with one field of a policy. */
export interface PolicyIssue {
  readonly field: string;
  readonly message: string;
}

/** Takes a value as Kong wants it, or says what it must be. */
type Rule = (value: unknown, field: string, issues: PolicyIssue[]) => JsonValue | undefined;

/** Kong's fields with their rules. */
export type RuleTable = Readonly<Record<string, Rule>>;

/** How a policy writes a field of Kong. */
export type Spelling = (kongName: string) => string;

/** KongIngress writes Kong's own names. */
export const asInKong: Spelling = (name) => name;

/** KongUpstreamPolicy writes `http_path` as `httpPath`. */
export const asCamelCase: Spelling = (name) =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function rule(allows: (value: unknown) => value is JsonValue, expected: string): Rule {
  return (value, field, issues) => {
    if (allows(value)) return value;
    issues.push({ field, message: `must be ${expected}` });
    return undefined;
  };
}

export function integer(minimum: number, maximum: number): Rule {
  return rule(
    (value): value is number => isInteger(value, minimum, maximum),
    `an integer from ${minimum} to ${maximum}`,
  );
}

export function oneOf(...words: readonly string[]): Rule {
  return rule((value): value is string => words.some((word) => word === value), `one of ${words.join(', ')}`);
}

function isInteger(value: unknown, minimum: number, maximum: number): value is number {
  return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
}

const MAX_SECONDS = 65_535;
const count = integer(0, 255);
const seconds = rule(
  (value): value is number => typeof value === 'number' && value >= 0 && value <= MAX_SECONDS,
  `a number of seconds up to ${MAX_SECONDS}`,
);
const percentage = rule(
  (value): value is number => typeof value === 'number' && value >= 0 && value <= 100,
  'a number from 0 to 100',
);

/** A text that is not empty. */
export const text = rule(
  (value): value is string => typeof value === 'string' && value !== '' && value.isWellFormed(),
  'text',
);
const flag = rule((value): value is boolean => typeof value === 'boolean', 'true or false');
const statuses = rule(
  (value): value is number[] => Array.isArray(value) && value.every((item) => isInteger(item, 100, 999)),
  'a list of HTTP status codes',
);
const headers = rule(
  (value): value is Record<string, string[]> =>
    isObject(value) &&
    Object.entries(value).every(([name, values]) => /^[\w-]+$/.test(name) && isTextList(values)),
  'lists of values by name of the header',
);

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item.isWellFormed());
}

/** The health checks of an upstream. */
export function healthchecks(spelling: Spelling): Rule {
  const failures = { http_statuses: statuses, http_failures: count, tcp_failures: count, timeouts: count };
  const type = oneOf('http', 'https', 'tcp', 'grpc', 'grpcs');
  const active = {
    type,
    concurrency: integer(1, 2 ** 31),
    http_path: text,
    https_sni: text,
    https_verify_certificate: flag,
    timeout: seconds,
    headers,
    healthy: objectOf({ http_statuses: statuses, interval: seconds, successes: count }, spelling),
    unhealthy: objectOf({ ...failures, interval: seconds }, spelling),
  };
  const passive = {
    type,
    healthy: objectOf({ http_statuses: statuses, successes: count }, spelling),
    unhealthy: objectOf(failures, spelling),
  };
  const parts = {
    threshold: percentage,
    active: objectOf(active, spelling),
    passive: objectOf(passive, spelling),
  };
  return objectOf(parts, spelling);
}

function objectOf(table: RuleTable, spelling: Spelling): Rule {
  return (value, field, issues) => readObject(value, field, table, spelling, issues);
}

/** Reads the fields of a table from an object. Fields that are null count as left out; others must be known. */
export function readObject(
  value: unknown,
  path: string,
  table: RuleTable,
  spelling: Spelling,
  issues: PolicyIssue[],
): JsonObject {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) {
    issues.push({ field: path, message: 'must be an object' });
    return {};
  }
  const names = new Map(Object.keys(table).map((name) => [spelling(name), name]));
  const read: [string, JsonValue][] = [];
  for (const [key, item] of Object.entries(value)) {
    const name = names.get(key);
    const field = `${path}.${key}`;
    if (name === undefined) issues.push({ field, message: 'is not a known field' });
    if (name === undefined || item === null) continue;
    const taken = table[name]?.(item, field, issues);
    if (taken !== undefined) read.push([name, taken]);
  }
  return Object.fromEntries(read);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
