import type { JsonRecord } from '../json.ts';
import { ExpressionRouter } from './expression-router.ts';
import type { RoutedRequest } from './router.ts';

const route = (id: string, expression: string, more: JsonRecord = {}): JsonRecord => ({
  id,
  protocols: ['http', 'https'],
  expression,
  ...more,
});

type Given = Partial<RoutedRequest> & { readonly query?: Record<string, string[]> };

function chosen(routes: readonly JsonRecord[], path: string, given: Given = {}): unknown {
  return chosenBy(new ExpressionRouter(routes), path, given);
}

function chosenBy(router: ExpressionRouter, path: string, { query = {}, ...given }: Given = {}): unknown {
  return router.match({
    method: 'GET',
    host: 'x.test',
    port: 80,
    path,
    headers: {},
    scheme: 'http',
    details: {
      host: 'X.Test',
      port: 8000,
      destination: '127.0.0.1',
      source: { address: '127.0.0.1', port: 4711 },
      queries: new Map(Object.entries(query)),
    },
    ...given,
  })?.route['id'];
}

test('the greatest priority wins, then the greater id', () => {
  const any = 'http.path ^= "/"';
  expect(chosen([route('a', any, { priority: 1 }), route('b', any)], '/')).toBe('a');
  expect(chosen([route('b', any), route('a', any)], '/')).toBe('b');
});

test('a classic route loses to every expression', () => {
  const classic = { id: 'classic', protocols: ['http'], hosts: ['x.test'], paths: ['/long/path'] };
  expect(chosen([classic, route('expression', 'http.path ^= "/long"')], '/long/path')).toBe('expression');
  expect(chosen([classic, route('expression', 'http.path == "/"')], '/long/path')).toBe('classic');
});

test.each<[string, string, Given]>([
  ['any(http.headers.x_foo) == "1"', '/', { headers: { 'x-foo': ['1'] } }],
  ['any(http.headers.x_foo) == "1"', '/', { headers: { x_foo: ['0', '1'] } }],
  ['any(http.queries.a) == "ü"', '/', { query: { a: ['x', 'ü'] } }],
  ['http.path.segments.0 == "a"', '/a/b/c', {}],
  ['http.path.segments.1_2 == "b/c"', '/a/b/c', {}],
  ['http.path.segments.len == 2', '/a/b/', {}],
  ['http.host == "X.Test"', '/', {}],
  ['net.dst.port == 8000', '/', {}],
  ['net.src.ip in 127.0.0.0/8', '/', {}],
  ['tls.sni == "s.test"', '/', { scheme: 'https', serverName: 's.test' }],
  ['net.protocol == "https"', '/', { scheme: 'https' }],
])('%s covers %s %j', (expression, path, given) => {
  expect(chosen([route('r', expression)], path, given)).toBe('r');
});

test.each<[string, string, Given]>([
  ['http.headers.x_foo == "1"', '/', { headers: { 'x-foo': ['0', '1'] } }],
  ['http.headers.x_foo == "1"', '/', { headers: { 'x-foo': ['0,1'] } }],
  ['http.queries.A == "x"', '/', { query: { a: ['x'] } }],
  ['http.path.segments.3 == ""', '/a/b/c', {}],
  ['tls.sni == "s.test"', '/', {}],
  ['http.host == "x.test"', '/', {}],
])('%s leaves out %s %j', (expression, path, given) => {
  expect(chosen([route('r', expression)], path, given)).toBeUndefined();
});

test('a route for http is not there for https; one for https alone is found by plain requests too', () => {
  const any = 'http.path ^= "/"';
  expect(chosen([route('plain', any, { protocols: ['http'] })], '/', { scheme: 'https' })).toBeUndefined();
  expect(chosen([route('secure', any, { protocols: ['https'] })], '/')).toBe('secure');
  expect(chosen([route('secure', `(${any}) && (net.protocol == "https")`)], '/')).toBeUndefined();
  expect(chosen([route('grpc', any, { protocols: ['grpcs'] })], '/')).toBeUndefined();
  expect(chosen([route('stream', 'net.dst.port == 8000', { protocols: ['tcp'] })], '/')).toBeUndefined();
});

test('the cache forgets the scheme, unless a route names net.dst.port', () => {
  const routes = ['http', 'https'].map((scheme) =>
    route(scheme, `(http.path == "/") && (net.protocol == "${scheme}")`, { protocols: [scheme] }),
  );
  const guard = route('guard', '(net.dst.port == 0) && (http.path == "/__never")');
  const ask = (router: ExpressionRouter) =>
    (['http', 'https'] as const).map((scheme) => {
      const details = { host: 'x', port: scheme === 'http' ? 80 : 443, destination: '::1' };
      const source = { address: '::1', port: 1 };
      return chosenBy(router, '/', { scheme, details: { ...details, source, queries: new Map() } });
    });
  expect(ask(new ExpressionRouter(routes))).toEqual(['http', 'http']);
  expect(ask(new ExpressionRouter([...routes, guard]))).toEqual(['http', 'https']);
});
