import { jsonOf } from '../testing/http.ts';
import { configuration, nodeUnderTest, type NodeUnderTest } from '../testing/node-under-test.ts';

// Observed on Kong 3.9.3, over real HTTP: which requests reach which service, and in what form.

let node: NodeUnderTest;
beforeAll(async () => {
  node = await nodeUnderTest();
  const { host, port } = node.backend;
  const to = (name: string, more: object, route: object) => ({
    name,
    host,
    port,
    ...more,
    routes: [{ name, strip_path: false, ...route }],
  });
  const answering = (name: string, route: object) => ({
    name,
    ...route,
    plugins: [{ name: 'request-termination', config: { status_code: 418, message: name } }],
  });
  const answer = await node.push(
    configuration({
      services: [
        to('echo', {}, { paths: ['/echo'] }),
        to('strip', { path: '/base' }, { paths: ['/strip'], strip_path: true }),
        to('balanced', { host: 'two-targets' }, { paths: ['/balanced'] }),
        to('nowhere', { host: 'no-targets' }, { paths: ['/nowhere'] }),
        to('preserving', {}, { paths: ['/preserving'], preserve_host: true }),
        to('secure', {}, { paths: ['/secure'], protocols: ['https'] }),
        {
          ...to('protected', {}, { paths: ['/protected'] }),
          plugins: [{ name: 'key-auth', config: { key_names: ['apikey'] } }],
        },
      ],
      routes: [
        answering('exact-host', { hosts: ['a.test'], paths: ['/who'] }),
        answering('wildcard-host', { hosts: ['*.test'], paths: ['/who'] }),
        answering('no-host', { paths: ['/who'] }),
        answering('regex', { paths: ['~/who/[0-9]+$'] }),
        answering('longer', { paths: ['/who/lo'] }),
        answering('post-only', { paths: ['/who'], methods: ['POST'] }),
        { name: 'no-service', paths: ['/no-service'] },
      ],
      upstreams: [{ name: 'two-targets', targets: [{ target: `${host}:${port}` }] }, { name: 'no-targets' }],
      consumers: [{ username: 'alice', keyauth_credentials: [{ key: 'alices-key' }] }],
    }),
    { query: 'flatten_errors=1' },
  );
  expect(answer.text.slice(0, 400) + String(answer.status)).toMatch(/201$/);
  await node.proxied('/echo', 200);
});
afterAll(() => node.close());

test('a request without a route is answered 404 with its id', async () => {
  const answer = await node.proxied('/elsewhere', 404);
  expect(answer.status).toBe(404);
  expect(jsonOf(answer)).toEqual({
    message: 'no Route matched with those values',
    request_id: expect.stringMatching(/^[0-9a-f]+$/) as string,
  });
});

test.each([
  ['/who', 'a.test', 'GET', 'exact-host'],
  ['/who', 'A.TEST:8080', 'GET', 'exact-host'],
  ['/who', 'b.test', 'GET', 'wildcard-host'],
  ['/who', 'deep.b.test', 'GET', 'wildcard-host'],
  ['/who', 'other', 'GET', 'no-host'],
  ['/who/12', 'other', 'GET', 'regex'],
  ['/who/12x', 'other', 'GET', 'no-host'],
  ['/who/longer', 'other', 'GET', 'longer'],
  ['/whoever', 'other', 'GET', 'no-host'],
  ['/who', 'other', 'POST', 'post-only'],
  ['/who/12', 'a.test', 'GET', 'exact-host'],
  ['//x/../who', 'other', 'GET', 'no-host'],
])('%s for %s by %s goes to the route %s', async (path, host, method, route) => {
  const answer = await node.proxied(path, 418, { method, headers: { host } });
  expect(jsonOf(answer)).toMatchObject({ message: route });
});

test('a request reaches the address of its service with path and query', async () => {
  const answer = await node.proxied('/echo/a%20b?c=d', 200);
  expect(jsonOf(answer)).toMatchObject({ method: 'GET', path: '/echo/a%20b?c=d' });
  expect(answer.headers.via).toMatch(/kong\/3\./);
});

test('strip_path takes the path of the route away, and the path of the service comes before the rest', async () => {
  expect(jsonOf(await node.proxied('/strip/rest', 200))['path']).toBe('/base/rest');
  expect(jsonOf(await node.proxied('/strip', 200))['path']).toBe('/base');
});

test('a service whose host is the name of an upstream goes to its targets', async () => {
  expect((await node.proxied('/balanced', 200)).status).toBe(200);
});

test('an upstream without targets is answered 503', async () => {
  expect((await node.proxied('/nowhere', 503)).status).toBe(503);
});

test('a route without a service is answered 503', async () => {
  expect((await node.proxied('/no-service', 503)).status).toBe(503);
});

test('preserve_host hands the Host header on as it came', async () => {
  const headers = { host: 'Kept.Test:8080' };
  expect(jsonOf(await node.proxied('/preserving', 200, { headers }))['host']).toBe('Kept.Test:8080');
  expect(jsonOf(await node.proxied('/echo', 200, { headers }))['host']).toBe(
    `${node.backend.host}:${node.backend.port}`,
  );
});

test('a route for https alone asks a plain request to upgrade', async () => {
  expect((await node.proxied('/secure', 426)).status).toBe(426);
});

test('key-auth lets nobody through without a known key, and says who came', async () => {
  expect((await node.proxied('/protected', 401)).status).toBe(401);
  expect((await node.proxied('/protected', 401, { headers: { apikey: 'wrong' } })).status).toBe(401);
  const answer = await node.proxied('/protected', 200, { headers: { apikey: 'alices-key' } });
  expect(jsonOf(answer)['headers']).toMatchObject({ 'x-consumer-username': 'alice' });
  expect((await node.proxied('/protected?apikey=alices-key', 200)).status).toBe(200);
});
