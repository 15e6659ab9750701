/**
 * The scheme of the expressions flavour of Kong's router: terms, literals and priorities in one place, so that all
 * kinds of routes meet in one order.
 *
 * Terms are predicates without outer parentheses. Whoever joins them must put each into parentheses, because Kong's
 * parser reads `a && b || c` as `a && (b || c)`.
 */

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A text as a literal of Kong's expressions. Everything else than these escapes stands for itself. */
export function literal(text: string): string {
  return `"${text.replace(/[\\"\n\r\t]/g, (character) => ESCAPES[character] ?? character)}"`;
}

/** Alternatives as one term. */
export function anyOf(terms: readonly string[]): string {
  const [only = '', ...others] = terms;
  return others.length === 0 ? only : terms.map((term) => `(${term})`).join(' || ');
}

/** A host of a route, with or without `*` as its first or last label. Hosts are compared without regard to case. */
export function hostTerm(pattern: string): string {
  const host = pattern.toLowerCase();
  if (host.startsWith('*')) return `lower(http.host) =^ ${literal(host.slice(1))}`;
  if (host.endsWith('*')) return `lower(http.host) ^= ${literal(host.slice(0, -1))}`;
  return `lower(http.host) == ${literal(host)}`;
}

/** @param path - in Kong's normal form */
export function exactPathTerm(path: string): string {
  return `http.path == ${literal(path)}`;
}

/** @param path - in Kong's normal form; matches every path that begins with it */
export function prefixPathTerm(path: string): string {
  return `http.path ^= ${literal(path)}`;
}

/** @param regex - begins with `/`; matches at the start of the path */
export function regexPathTerm(regex: string): string {
  return `http.path ~ ${literal(`^${regex}`)}`;
}

const REGEX_VALUE = '~*';

/**
 * A header by its values without regard to letter case, as the other flavours of the router compare them.
 *
 * @param name - of letters, digits, `-` and `_`
 * @param values - one of them has to match; those that begin with `~*` are regular expressions
 */
export function headerTerm(name: string, values: readonly string[]): string {
  const field = `http.headers.${name.toLowerCase().replaceAll('-', '_')}`;
  return anyOf(
    values.map((value) =>
      value.startsWith(REGEX_VALUE)
        ? `any(${field}) ~ ${literal(`(?i)${value.slice(REGEX_VALUE.length)}`)}`
        : `any(lower(${field})) == ${literal(value.toLowerCase())}`,
    ),
  );
}

/** @param methods - one of them has to match */
export function methodTerm(methods: readonly string[]): string {
  return anyOf(methods.map((method) => `http.method == ${literal(method)}`));
}

/** @param names - server names of the TLS handshake, one of which has to match */
export function sniTerm(names: readonly string[]): string {
  return anyOf(names.map((name) => `tls.sni == ${literal(name)}`));
}

/**
 * The same for a route that is for https alone: clear text, which has no server name, has to meet the route too, which
 * then refuses it or sends it on to https.
 */
export function sniTermOfHttps(names: readonly string[]): string {
  return `(net.protocol == "http") || (${sniTerm(names)})`;
}

/** The port to which a stream connection was made. */
export function destinationPortTerm(port: number): string {
  return `net.dst.port == ${port}`;
}

/** What the priority of an Ingress's route depends on. */
export interface IngressRank {
  /** How many of these it matches on: paths, hosts, headers, methods, server names. */
  readonly matchedFields: number;
  readonly headers: number;
  /** It has hosts, and none of them has a wildcard. */
  readonly hasPlainHostsOnly: boolean;
  /** Among routes with regular expressions; 0 for others. */
  readonly regexPriority: number;
  readonly isRegex: boolean;
  readonly pathLength: number;
}

const INGRESS_KIND = 3n;
const MAX_HEADERS = 255;
const MAX_PATH_LENGTH = 65_535;

/** The highest `regex-priority` for which there is room in a priority. */
export const MAX_REGEX_PRIORITY = 2 ** 15 - 1;

/** Priority of a default backend: below every rule. */
export const DEFAULT_BACKEND_PRIORITY = 0;

/** Priority of stream routes, none of which contains another one. */
export const STREAM_PRIORITY = 1;

/**
 * The priority of an Ingress's route, from the highest bit of the 46 that Kong has: kind (2 bits), matched fields (3),
 * headers (8), plain hosts (1), priority of the regular expression (15), regular expression (1), length of the path (16).
 */
export function ingressPriority(rank: IngressRank): number {
  const bits =
    (INGRESS_KIND << 44n) |
    (BigInt(rank.matchedFields) << 41n) |
    (BigInt(Math.min(rank.headers, MAX_HEADERS)) << 33n) |
    (BigInt(rank.hasPlainHostsOnly) << 32n) |
    (BigInt(Math.min(Math.max(rank.regexPriority, 0), MAX_REGEX_PRIORITY)) << 17n) |
    (BigInt(rank.isRegex) << 16n) |
    BigInt(Math.min(rank.pathLength, MAX_PATH_LENGTH));
  return Number(bits);
}
