import type { RouterFlavor } from '../emulator.ts';
import { capturesOf } from '../expressions/evaluate.ts';
import { compileRustPattern } from '../expressions/rust-pattern.ts';
import { type Json, type JsonRecord, textOf } from '../json.ts';
import { compileRouterRegex } from './regex.ts';

/** What a request is matched by. */
export interface RoutedRequest {
  readonly method: string;
  /** The Host header without port, in lower case. */
  readonly host: string;
  /** The Host header's port, else the scheme's. */
  readonly port: number;
  /** In the normal form; see `normalisePath`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly scheme: 'http' | 'https';
  /** The name of the TLS handshake. */
  readonly serverName?: string;
  /** What only the expressions router looks at. */
  readonly details?: RequestDetails;
}

/** What the expressions router knows of a request besides. */
export interface RequestDetails {
  /** The Host header without port, as it came. */
  readonly host: string;
  /** The Host header's port, else the one that was connected to. */
  readonly port: number;
  readonly destination: string;
  readonly source: { readonly address: string; readonly port: number };
  readonly queries: ReadonlyMap<string, readonly string[]>;
}

export interface RouteMatch {
  readonly route: JsonRecord;
  /** The part of the path that the route's path covers; empty for a route without paths. */
  readonly matchedPath: string;
  /** The groups of the path's regular expression, by number from 1 and by name. */
  readonly captures: Readonly<Record<string, string>>;
}

/** Chooses the route of a request. */
export interface RequestRouter {
  readonly match: (request: RoutedRequest) => RouteMatch | undefined;
}

type PathMatch = Omit<RouteMatch, 'route'>;

interface PathCriterion {
  readonly length: number;
  readonly isRegex: boolean;
  readonly match: (path: string) => PathMatch | undefined;
}

const NO_PATH: PathMatch = { matchedPath: '', captures: {} };
const HTTP_PROTOCOLS = ['http', 'https', 'grpc', 'grpcs'];

interface Candidate {
  readonly route: JsonRecord;
  readonly path: PathCriterion | undefined;
  readonly rank: readonly number[];
  readonly id: string;
  readonly matches: (request: RoutedRequest) => boolean;
}

/**
 * Chooses routes as Kong's flavours `traditional_compatible` and `traditional` do. Each path of a route stands for
 * itself. In order: more kinds of criteria, only exact hosts, more headers, a regular expression before a prefix, a
 * greater regex_priority, a longer prefix; what is equal in all of it is ordered by id, as a real node leaves open.
 */
export class Router implements RequestRouter {
  readonly #candidates: readonly Candidate[];

  constructor(routes: Iterable<JsonRecord>, flavor: RouterFlavor = 'traditional_compatible') {
    this.#candidates = [...routes]
      .filter(isForHttp)
      .flatMap((route) => candidatesOf(route, flavor))
      .sort(compare);
  }

  match(request: RoutedRequest): RouteMatch | undefined {
    for (const { route, path, matches } of this.#candidates) {
      const found = path === undefined ? NO_PATH : path.match(request.path);
      if (found !== undefined && matches(request)) return { route, ...found };
    }
    return undefined;
  }
}

/** Whether a route is one for requests, not one for connections (tcp, tls, udp, tls_passthrough). */
export function isForHttp(route: JsonRecord): boolean {
  const protocols = texts(route['protocols']);
  return protocols.length === 0 || protocols.some((protocol) => HTTP_PROTOCOLS.includes(protocol));
}

/** The texts of a list-valued field; none if it is absent. */
export function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function candidatesOf(route: JsonRecord, flavor: RouterFlavor): Candidate[] {
  const paths = texts(route['paths']).map(pathCriterion);
  const methods = texts(route['methods']);
  const hosts = texts(route['hosts']);
  const snis = texts(route['snis']);
  const headers = Object.entries((route['headers'] ?? {}) as JsonRecord);
  const kinds = [methods, hosts, snis, headers, paths].filter((list) => list.length > 0).length;
  const plainHosts = hosts.length > 0 && hosts.every((host) => !host.includes('*'));
  const hostMatchers = hosts.map(hostMatcher);
  const headerMatchers = headers.map(([name, values]) => headerMatcher(name, texts(values), flavor));
  const takesScheme = schemeMatcher(texts(route['protocols']), flavor);
  const matches = (request: RoutedRequest) =>
    takesScheme(request.scheme) &&
    (methods.length === 0 || methods.includes(request.method)) &&
    (hosts.length === 0 || hostMatchers.some((matcher) => matcher(request))) &&
    headerMatchers.every((matcher) => matcher(request)) &&
    (snis.length === 0 ||
      request.scheme !== 'https' ||
      snis.some((sni) => matchesServerName(withoutDot(sni), request.serverName ?? '')));
  const regexPriority = typeof route['regex_priority'] === 'number' ? route['regex_priority'] : 0;
  const candidate = (path: PathCriterion | undefined): Candidate => ({
    route,
    path,
    id: textOf(route['id']),
    rank: [
      kinds,
      Number(plainHosts),
      headers.length,
      Number(path?.isRegex ?? false),
      path?.isRegex ? regexPriority : 0,
      path?.isRegex ? 0 : (path?.length ?? 0),
    ],
    matches,
  });
  if (kinds === 0) return [];
  return paths.length === 0 ? [candidate(undefined)] : paths.map(candidate);
}

function compare(a: Candidate, b: Candidate): number {
  for (const [position, rank] of a.rank.entries()) {
    const difference = (b.rank[position] ?? 0) - rank;
    if (difference !== 0) return difference;
  }
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

function pathCriterion(path: string): PathCriterion {
  if (!path.startsWith('~'))
    return {
      length: path.length,
      isRegex: false,
      match: (given) => (given.startsWith(path) ? { matchedPath: path, captures: {} } : undefined),
    };
  const pattern = compileRouterRegex(path);
  return {
    length: path.length,
    isRegex: true,
    match: (given) => {
      const found = pattern.exec(given);
      return found === null ? undefined : { matchedPath: found[0], captures: capturesOf(found) };
    },
  };
}

/** A route for http alone is not there for https, except in the flavour `traditional`; the reverse is a 426. */
function schemeMatcher(protocols: readonly string[], flavor: RouterFlavor): (scheme: string) => boolean {
  const isPlainOnly = protocols.length > 0 && !protocols.some((one) => one === 'https' || one === 'grpcs');
  return (scheme) => flavor === 'traditional' || scheme === 'http' || !isPlainOnly;
}

function matchesServerName(sni: string, serverName: string): boolean {
  if (sni.startsWith('*')) return serverName.endsWith(sni.slice(1));
  return sni.endsWith('*') ? serverName.startsWith(sni.slice(0, -1)) : sni === serverName;
}

function hostMatcher(host: string): (request: RoutedRequest) => boolean {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const rightPort = (request: RoutedRequest) => port === undefined || request.port === Number(port);
  const lower = name.toLowerCase();
  if (lower.startsWith('*')) return (request) => request.host.endsWith(lower.slice(1)) && rightPort(request);
  if (lower.endsWith('*'))
    return (request) => request.host.startsWith(lower.slice(0, -1)) && rightPort(request);
  return (request) => request.host === lower && rightPort(request);
}

/** Any of the values, in any case; `~*` begins a regular expression, for which the flavours have their own rules. */
function headerMatcher(
  name: string,
  values: readonly string[],
  flavor: RouterFlavor,
): (request: RoutedRequest) => boolean {
  const checks = values.map((value) => {
    const isPattern = value.startsWith('~*') && (flavor !== 'traditional' || values.length === 1);
    if (!isPattern) return (given: string) => given.toLowerCase() === value.toLowerCase();
    if (flavor === 'traditional') {
      const pattern = new RegExp(value.slice(2), 'i');
      return (given: string) => pattern.test(given);
    }
    // The expression that Kong makes of it is lower-cased as a whole: `\D` becomes `\d`.
    const pattern = compileRustPattern(value.slice(2).toLowerCase());
    return (given: string) => pattern.test(given.toLowerCase());
  });
  return (request) =>
    (request.headers[name.toLowerCase()] ?? []).some((given) => checks.some((check) => check(given)));
}

const withoutDot = (name: string) => name.replace(/\.$/, '');
