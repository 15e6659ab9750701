import { Router, type RoutedRequest } from './router.ts';
import type { JsonRecord } from '../json.ts';

const route = (id: string, fields: JsonRecord): JsonRecord => ({
  id,
  protocols: ['http', 'https'],
  ...fields,
});
const ROUTES = [
  route('any', { paths: ['/'] }),
  route('prefix', { paths: ['/shop'] }),
  route('longer prefix', { paths: ['/shop/cart', '/basket'] }),
  route('regex', { paths: ['~/shop/(?<id>[0-9]+)$'] }),
  route('regex, preferred', { paths: ['~/shop/9[0-9]*$'], regex_priority: 5 }),
  route('regex, any case', { paths: ['~/(?i)case$'] }),
  route('host', { hosts: ['shop.test'] }),
  route('host and path', { hosts: ['shop.test'], paths: ['/shop'] }),
  route('wildcard host and path', { hosts: ['*.shop.test'], paths: ['/shop'] }),
  route('left of a wildcard', { hosts: ['shop.*'], paths: ['/w'] }),
  route('host with port', { hosts: ['port.test:8443'] }),
  route('method', { paths: ['/shop'], methods: ['PUT', 'DELETE'] }),
  route('header', { paths: ['/h'], headers: { 'x-version': ['2', '3'] } }),
  route('two headers', { paths: ['/h'], headers: { 'x-version': ['2'], 'x-tenant': ['~*^acme-'] } }),
  route('server name', { paths: ['/tls'], snis: ['a.test.'] }),
  route('a', { paths: ['/equal'] }),
  route('b', { paths: ['/equal'] }),
];
const ask = (path: string, more: Partial<RoutedRequest> = {}): RoutedRequest => ({
  method: 'GET',
  host: 'x.test',
  port: 80,
  path,
  headers: {},
  scheme: 'http',
  ...more,
});

test.each<[string, RoutedRequest, string | undefined, string?]>([
  ['a prefix', ask('/shop'), 'prefix', '/shop'],
  ['a prefix within a segment', ask('/shopping'), 'prefix', '/shop'],
  ['the longer of two prefixes', ask('/shop/cart/1'), 'longer prefix', '/shop/cart'],
  ['the second path of a route', ask('/basket'), 'longer prefix', '/basket'],
  ['a regex before any prefix', ask('/shop/12'), 'regex', '/shop/12'],
  ['a regex that is bound to the end', ask('/shop/12x'), 'prefix', '/shop'],
  ['the greater regex_priority', ask('/shop/99'), 'regex, preferred', '/shop/99'],
  ['a regex only from the beginning', ask('/a/shop/12'), 'any', '/'],
  ['a regex in any case', ask('/CASE'), 'regex, any case', '/CASE'],
  ['a host without paths', ask('/else', { host: 'shop.test' }), 'host', ''],
  ['more criteria before a regex', ask('/shop/12', { host: 'shop.test' }), 'host and path', '/shop'],
  [
    'a wildcard host of any depth',
    ask('/shop', { host: 'a.b.shop.test' }),
    'wildcard host and path',
    '/shop',
  ],
  ['a wildcard host, not its apex', ask('/shop/12', { host: 'notshop.test' }), 'regex', '/shop/12'],
  ['a host with a wildcard at its end', ask('/w', { host: 'shop.example' }), 'left of a wildcard', '/w'],
  ['a host with its port', ask('/none', { host: 'port.test', port: 8443 }), 'host with port', ''],
  ['a host with another port', ask('/none', { host: 'port.test' }), 'any', '/'],
  ['a method before a longer prefix', ask('/shop/cart', { method: 'PUT' }), 'method', '/shop'],
  ['another method', ask('/shop', { method: 'POST' }), 'prefix', '/shop'],
  ['one of the values of a header', ask('/h', { headers: { 'x-version': ['3'] } }), 'header', '/h'],
  ['a header among several lines', ask('/h', { headers: { 'x-version': ['1', '2'] } }), 'header', '/h'],
  [
    'more headers first, one by regex in any case',
    ask('/h', { headers: { 'x-version': ['2'], 'x-tenant': ['ACME-1'] } }),
    'two headers',
    '/h',
  ],
  ['another value of a header', ask('/h', { headers: { 'x-version': ['9'] } }), 'any', '/'],
  ['a server name', ask('/tls', { scheme: 'https', serverName: 'a.test' }), 'server name', '/tls'],
  ['another server name', ask('/tls', { scheme: 'https', serverName: 'b.test' }), 'any', '/'],
  ['a server name, which counts for https alone', ask('/tls'), 'server name', '/tls'],
  ['of equal routes, the greater id', ask('/equal'), 'b', '/equal'],
])('%s', (_, request, id, matchedPath) => {
  const match = new Router(ROUTES).match(request);
  expect(match?.route['id']).toBe(id);
  expect(match?.matchedPath).toBe(matchedPath);
});

test('an exact host comes before a wildcard, in whatever order they are', () => {
  const routes = [
    route('z wildcard', { hosts: ['*.test'], paths: ['/long/path'] }),
    route('a exact', { hosts: ['x.test'], paths: ['/'] }),
  ];
  for (const order of [routes, routes.toReversed()])
    expect(new Router(order).match(ask('/long/path'))?.route['id']).toBe('a exact');
});

test('without a matching route there is no match', () => {
  expect(new Router([route('r', { paths: ['/r'] })]).match(ask('/other'))).toBeUndefined();
  expect(new Router([]).match(ask('/'))).toBeUndefined();
});

test('a route for http alone is not there for https, except in the flavour traditional', () => {
  const routes = [route('plain', { paths: ['/'], protocols: ['http'] })];
  expect(new Router(routes).match(ask('/', { scheme: 'https' }))).toBeUndefined();
  expect(new Router(routes).match(ask('/'))?.route['id']).toBe('plain');
  expect(new Router(routes, 'traditional').match(ask('/', { scheme: 'https' }))?.route['id']).toBe('plain');
});

test('patterns of headers are lower-cased as a whole, except in the flavour traditional', () => {
  const routes = [route('r', { headers: { 'x-a': ['~*^\\D+$'] } })];
  const found = (value: string, flavor: 'traditional' | 'traditional_compatible') =>
    new Router(routes, flavor).match(ask('/', { headers: { 'x-a': [value] } })) !== undefined;
  expect([found('abc', 'traditional'), found('12', 'traditional')]).toEqual([true, false]);
  expect([found('abc', 'traditional_compatible'), found('12', 'traditional_compatible')]).toEqual([
    false,
    true,
  ]);
});

test('of several values of a header, none is a pattern in the flavour traditional', () => {
  const routes = [route('r', { headers: { 'x-a': ['~*^a', 'b'] } })];
  const found = (flavor: 'traditional' | 'traditional_compatible') =>
    new Router(routes, flavor).match(ask('/', { headers: { 'x-a': ['abc'] } })) !== undefined;
  expect([found('traditional'), found('traditional_compatible')]).toEqual([false, true]);
});

test('a server name with a wildcard covers what ends, or begins, with the rest', () => {
  const routes = [route('left', { snis: ['*.a.test'] }), route('right', { snis: ['b.*'] })];
  const found = (serverName: string) =>
    new Router(routes).match(ask('/', { scheme: 'https', serverName }))?.route['id'];
  expect([found('x.a.test'), found('b.test'), found('c.test')]).toEqual(['left', 'right', undefined]);
});

test('routes of connections are not for requests', () => {
  const routes = [route('r', { paths: ['/'], protocols: ['tcp'] })];
  expect(new Router(routes).match(ask('/'))).toBeUndefined();
});
