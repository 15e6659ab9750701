import { ask, jsonOf } from '../testing/http.ts';
import { configuration, nodeUnderTest } from '../testing/node-under-test.ts';

// Observed on Kong 3.9.3 with router_flavor=expressions; a real Kong of another flavour skips this file.

const node = await nodeUnderTest('expressions');
afterAll(() => node.close());
const inFlavor = node.flavor === 'expressions' ? describe : describe.skip;

/** A route that answers 418 with its name. */
const answering = (name: string, more: object) => ({
  name,
  protocols: ['http'],
  plugins: [{ name: 'request-termination', config: { status_code: 418, message: name } }],
  ...more,
});

inFlavor('matching', () => {
  beforeAll(async () => {
    const routes = [
      answering('classic', { hosts: ['a.test'], paths: ['/classic'] }),
      answering('fallback', { expression: 'http.path ^= "/"', priority: 0 }),
      answering('host', {
        expression: '(lower(http.host) == "a.test") && (http.path == "/host")',
        priority: 9,
      }),
      answering('wildcard', { expression: 'lower(http.host) =^ ".wild.test"', priority: 9 }),
      answering('prefix', { expression: '(http.path == "/v2") || (http.path ^= "/v2/")', priority: 5 }),
      answering('exact', { expression: 'http.path == "/v2/exact"', priority: 6 }),
      answering('regex', { expression: 'http.path ~ "^(?:/re/[0-9]+(/x)?)$"', priority: 5 }),
      answering('method', { expression: '(http.method == "PATCH") && (http.path == "/v2")', priority: 7 }),
      answering('header', { expression: 'any(http.headers.version) == "two"', priority: 20 }),
      answering('query', { expression: 'any(http.queries.animal) == "whale"', priority: 20 }),
      answering('normal', { expression: 'http.path == "/a b/%2F/~"', priority: 5 }),
      answering('low-id', {
        id: '00000000-0000-4000-8000-000000000001',
        expression: 'http.path == "/equal"',
        priority: 5,
      }),
      answering('high-id', {
        id: 'f0000000-0000-4000-8000-000000000001',
        expression: 'http.path == "/equal"',
        priority: 5,
      }),
    ];
    const answer = await node.push(configuration({ routes }), { query: 'flatten_errors=1' });
    expect(answer.text.slice(0, 400) + String(answer.status)).toMatch(/201$/);
    await node.proxied('/anything', 418);
  });

  test.each<[string, string, string, Record<string, string | string[]>]>([
    ['/classic', 'fallback', 'a classic route loses to every expression', { host: 'a.test' }],
    ['/host', 'host', 'the host in any case and with a port', { host: 'A.Test:8080' }],
    ['/', 'wildcard', 'a host of any depth', { host: 'x.y.wild.test' }],
    ['/', 'fallback', 'not the apex', { host: 'wild.test' }],
    ['/v2', 'prefix', 'a prefix', {}],
    ['/v2/deep', 'prefix', 'a prefix of whole segments', {}],
    ['/v2example', 'fallback', 'no part of a segment', {}],
    ['/v2/exact', 'exact', 'the greater priority', {}],
    ['/re/12/x', 'regex', 'a regular expression', {}],
    ['/re/12/y', 'fallback', 'bound at both ends', {}],
    ['/', 'header', 'a repeated header, by any()', { version: ['one', 'two'] }],
    ['/', 'fallback', 'several values on one line', { version: 'zero,two' }],
    ['/?animal=wh%61le', 'query', 'a query parameter, decoded', {}],
    ['/?animal=cat&animal=whale', 'query', 'a repeated query parameter', {}],
    ['/?Animal=whale', 'fallback', 'names of query parameters by case', {}],
    ['/x/../a%20b/%2f/%7E', 'normal', 'the path in normal form', {}],
    ['/equal', 'high-id', 'of equal priorities the greater id', {}],
  ])('%s goes to %s: %s', async (path, route, _, headers) => {
    const answer = await node.proxied(path, 418, { headers: { host: 'x', ...headers } });
    expect(jsonOf(answer)).toMatchObject({ message: route });
  });

  test('methods are told apart', async () => {
    expect(jsonOf(await node.proxied('/v2', 418, { method: 'PATCH' }))).toMatchObject({ message: 'method' });
  });
});

const overTls = inFlavor === describe && node.proxyTlsUrl !== undefined ? describe : describe.skip;

overTls('the router cache', () => {
  const routes = ['http', 'https'].map((scheme) =>
    answering(scheme, {
      protocols: [scheme],
      expression: `(http.path == "/cached") && (net.protocol == "${scheme}")`,
      priority: 1,
    }),
  );
  const said = async (url: string | undefined) =>
    jsonOf(await ask(`${url ?? ''}/cached`, { rejectUnauthorized: false, headers: { host: 'x' } }))[
      'message'
    ];

  test.each([
    [[], 'http'],
    [[{ name: 'guard', expression: '(net.dst.port == 0) && (http.path == "/__never")' }], 'https'],
  ])(
    'beside the routes %j an https request is answered by %s after an http request alike',
    async (more, expected) => {
      await node.push(configuration({ routes: [...routes, ...more] }));
      await node.proxied('/cached', 418, { headers: { host: 'x' } });
      expect([await said(node.proxyUrl), await said(node.proxyTlsUrl)]).toEqual(['http', expected]);
    },
  );
});

inFlavor('validation', () => {
  const refusal = async (route: object) =>
    node.push(configuration({ routes: [{ name: 'r', protocols: ['http'], ...route }] }), {
      query: 'flatten_errors=1',
    });

  test.each([
    ['a regular expression with look-ahead', { expression: 'http.path ~ "a(?=b)"' }],
    ['a query parameter with a hyphen', { expression: 'http.queries.my-param == "x"' }],
    ['an escape that strings do not have', { expression: 'http.path == "\\d"' }],
    ['an expression and hosts', { expression: 'http.path == "/"', hosts: ['a.test'] }],
    ['a priority of 2^46', { expression: 'http.path == "/"', priority: 2 ** 46 }],
    ['an unknown field', { expression: 'http.nothing == "x"' }],
    ['a number for a string', { expression: 'http.path == 1' }],
    ['a negated predicate without parentheses', { expression: '!http.path == "/"' }],
  ])('%s is a 400 that names the route', async (_, route) => {
    const answer = await refusal(route);
    expect(answer.status).toBe(400);
    expect(jsonOf(answer)['flattened_errors']).toMatchObject([{ entity_type: 'route', entity_name: 'r' }]);
  });

  test('an expression of 3,000 hosts is accepted', async () => {
    const hosts = Array.from({ length: 3000 }, (_, at) => `(lower(http.host) == "h${at}.test")`);
    expect((await refusal({ expression: hosts.join(' || ') })).status).toBe(201);
  });

  // By source: the wording.
  test('an expression that is wrong is told with its place', async () => {
    const { flattened_errors: errors } = jsonOf(await refusal({ expression: 'http.path = "/"' }));
    expect(errors).toMatchObject([
      {
        errors: [
          {
            type: 'entity',
            message: expect.stringMatching(/^Router Expression failed validation: {2}--> 1:11\n/) as string,
          },
        ],
      },
    ]);
  });
});
