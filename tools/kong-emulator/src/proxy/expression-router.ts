import { type Expression, fieldsOf } from '../expressions/ast.ts';
import { evaluate, Matched, type Values } from '../expressions/evaluate.ts';
import { normalAddress } from '../expressions/literals.ts';
import { parseExpression } from '../expressions/parse.ts';
import { type JsonRecord, textOf } from '../json.ts';
import {
  isForHttp,
  type RequestRouter,
  type RoutedRequest,
  type RouteMatch,
  Router,
  texts,
} from './router.ts';

interface Rule {
  readonly route: JsonRecord;
  readonly expression: Expression;
  readonly priority: number;
  readonly schemes: ReadonlySet<string> | undefined;
}

/** A route's protocols that its expression isn't narrowed to: such a route takes plain requests too, and answers 426. */
const UNGUARDED = 'https';
const SCHEMES: Readonly<Record<string, string>> = {
  http: 'http',
  grpc: 'http',
  https: 'https',
  grpcs: 'https',
};
const CACHE_SIZE = 5_000;

/**
 * Chooses routes as Kong's flavour `expressions` does: by descending priority, of equal ones the greater id. Routes
 * without an expression come after all that have one.
 *
 * As on a real node, what was found is remembered by the fields that the routes name, and the scheme isn't among
 * them: unless a route names `net.dst.port`, an https request gets what an http request alike has got before.
 */
export class ExpressionRouter implements RequestRouter {
  readonly #rules: readonly Rule[];
  readonly #classic: Router;
  readonly #fields: readonly string[];
  readonly #cache = new Map<string, RouteMatch | undefined>();

  constructor(routes: readonly JsonRecord[]) {
    this.#rules = routes.filter(isForHttp).flatMap(ruleOf).sort(compare);
    const classic = routes.filter((route) => typeof route['expression'] !== 'string');
    this.#classic = new Router(classic);
    const named = this.#rules.flatMap(({ expression }) => fieldsOf(expression));
    this.#fields = [...new Set([...named, ...classic.flatMap(classicFields)])].filter(
      (field) => field !== 'net.protocol',
    );
  }

  match(request: RoutedRequest): RouteMatch | undefined {
    const values = valuesOf(request);
    const key = JSON.stringify(this.#fields.map((field) => values(field) ?? null));
    if (this.#cache.has(key)) return this.#cache.get(key);
    const found = this.#search(request, values);
    if (this.#cache.size >= CACHE_SIZE) this.#cache.clear();
    this.#cache.set(key, found);
    return found;
  }

  #search(request: RoutedRequest, values: Values): RouteMatch | undefined {
    for (const { route, expression, schemes } of this.#rules) {
      if (schemes && !schemes.has(request.scheme)) continue;
      const matched = new Matched();
      if (evaluate(expression, values, matched))
        return { route, matchedPath: matched.values.get('http.path') ?? '', captures: matched.captures };
    }
    return this.#classic.match(request);
  }
}

function ruleOf(route: JsonRecord): Rule[] {
  if (typeof route['expression'] !== 'string') return [];
  const protocols = texts(route['protocols']);
  const isUnguarded = protocols.length === 0 || (protocols.length === 1 && protocols[0] === UNGUARDED);
  return [
    {
      route,
      expression: parseExpression(route['expression']),
      priority: typeof route['priority'] === 'number' ? route['priority'] : 0,
      schemes: isUnguarded ? undefined : new Set(protocols.map((protocol) => SCHEMES[protocol] ?? protocol)),
    },
  ];
}

function compare(a: Rule, b: Rule): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  return textOf(a.route['id']) < textOf(b.route['id']) ? 1 : -1;
}

/** The fields of the expression that Kong makes of a classic route. */
function classicFields(route: JsonRecord): string[] {
  const headers = Object.keys((route['headers'] ?? {}) as JsonRecord);
  const has = (name: string) => texts(route[name]).length > 0;
  return [
    ...(has('methods') ? ['http.method'] : []),
    ...(has('hosts') ? ['http.host'] : []),
    ...(texts(route['hosts']).some((host) => /:\d+$/.test(host)) ? ['net.dst.port'] : []),
    ...(has('paths') ? ['http.path'] : []),
    ...(has('snis') ? ['tls.sni'] : []),
    ...headers.map((name) => `http.headers.${name.toLowerCase().replaceAll('-', '_')}`),
  ];
}

function valuesOf(request: RoutedRequest): Values {
  const { details } = request;
  const headers = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(request.headers)) {
    const field = name.replaceAll('-', '_');
    headers.set(field, [...(headers.get(field) ?? []), ...values]);
  }
  const fixed: Readonly<Record<string, string | number | undefined>> = {
    'http.method': request.method,
    'http.host': details?.host ?? request.host,
    'http.path': request.path,
    'net.protocol': request.scheme,
    'tls.sni': request.serverName,
    'net.dst.port': details?.port ?? request.port,
    'net.dst.ip': details && normalAddress(details.destination),
    'net.src.ip': details && normalAddress(details.source.address),
    'net.src.port': details?.source.port,
  };
  return (field) => {
    if (field.startsWith('http.headers.')) return headers.get(field.slice(13));
    if (field.startsWith('http.queries.')) return details?.queries.get(field.slice(13));
    if (field.startsWith('http.path.segments.')) return segment(request.path, field.slice(19));
    const value = fixed[field];
    return value === undefined ? undefined : [value];
  };
}

function segment(path: string, which: string): readonly (string | number)[] | undefined {
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  if (which === 'len') return [segments.length];
  const [first = 0, last = first] = which.split('_').map(Number);
  return last < segments.length ? [segments.slice(first, last + 1).join('/')] : undefined;
}
