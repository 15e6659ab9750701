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
}

export interface RouteMatch {
  readonly route: JsonRecord;
  /** The part of the path that the route's path covers; empty for a route without paths. */
  readonly matchedPath: string;
}

interface PathCriterion {
  readonly length: number;
  readonly isRegex: boolean;
  readonly match: (path: string) => string | undefined;
}

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
export class Router {
  readonly #candidates: readonly Candidate[];

  constructor(routes: Iterable<JsonRecord>) {
    this.#candidates = [...routes].flatMap(candidatesOf).sort(compare);
  }

  match(request: RoutedRequest): RouteMatch | undefined {
    for (const { route, path, matches } of this.#candidates) {
      const matchedPath = path === undefined ? '' : path.match(request.path);
      if (matchedPath !== undefined && matches(request)) return { route, matchedPath };
    }
    return undefined;
  }
}

/** The texts of a list-valued field; none if it is absent. */
export function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function candidatesOf(route: JsonRecord): Candidate[] {
  const paths = texts(route['paths']).map(pathCriterion);
  const methods = texts(route['methods']);
  const hosts = texts(route['hosts']);
  const snis = texts(route['snis']);
  const headers = Object.entries((route['headers'] ?? {}) as JsonRecord);
  const kinds = [methods, hosts, snis, headers, paths].filter((list) => list.length > 0).length;
  const plainHosts = hosts.length > 0 && hosts.every((host) => !host.includes('*'));
  const hostMatchers = hosts.map(hostMatcher);
  const headerMatchers = headers.map(([name, values]) => headerMatcher(name, texts(values)));
  const matches = (request: RoutedRequest) =>
    (methods.length === 0 || methods.includes(request.method)) &&
    (hosts.length === 0 || hostMatchers.some((matcher) => matcher(request))) &&
    headerMatchers.every((matcher) => matcher(request)) &&
    (snis.length === 0 ||
      request.scheme !== 'https' ||
      snis.some((sni) => withoutDot(sni) === request.serverName));
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
      match: (given) => (given.startsWith(path) ? path : undefined),
    };
  const pattern = compileRouterRegex(path);
  return { length: path.length, isRegex: true, match: (given) => pattern.exec(given)?.[0] };
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

function headerMatcher(name: string, values: readonly string[]): (request: RoutedRequest) => boolean {
  const checks = values.map((value) => {
    if (!value.startsWith('~*')) return (given: string) => given.toLowerCase() === value.toLowerCase();
    const pattern = new RegExp(value.slice(2), 'i');
    return (given: string) => pattern.test(given);
  });
  return (request) =>
    (request.headers[name.toLowerCase()] ?? []).some((given) => checks.some((check) => check(given)));
}

const withoutDot = (name: string) => name.replace(/\.$/, '');
