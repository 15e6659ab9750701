import { startEchoBackend, type EchoBackend } from '../echo-backend.ts';
import { jsonOf } from '../testing/http.ts';
import { configuration, nodeUnderTest, type NodeUnderTest } from '../testing/node-under-test.ts';

// Weights, headers and plugins over real HTTP.

let node: NodeUnderTest;
let second: EchoBackend;
beforeAll(async () => {
  node = await nodeUnderTest();
  const { host, port } = node.backend;
  second = await startEchoBackend({ name: 'second', host });
  const route = (name: string, more: object = {}) => ({
    name,
    paths: [`/${name}`],
    strip_path: false,
    ...more,
  });
  const plugin = (name: string, config: object) => ({ plugins: [{ name, config }] });
  const answer = await node.push(
    configuration({
      upstreams: [
        {
          name: 'weighted',
          targets: [
            { target: `${host}:${port}`, weight: 70 },
            { target: `${host}:${second.port}`, weight: 30 },
          ],
        },
      ],
      services: [
        { name: 'weighted', host: 'weighted', routes: [route('weighted')] },
        {
          name: 'echo',
          host,
          port,
          routes: [
            route('transformed', {
              paths: ['~/transformed/([a-z]+)$'],
              ...plugin('request-transformer', {
                replace: { uri: '/to/$(uri_captures[1])', headers: ['x-there:replaced'] },
                add: { headers: ['x-there:added', 'x-added:1'] },
                remove: { headers: ['x-gone'] },
              }),
            }),
            route('answered', plugin('response-transformer', { add: { headers: ['x-added:1'] } })),
            route(
              'redirected',
              plugin('redirect', { location: 'https://new.test/p?q=1', keep_incoming_path: true }),
            ),
            route('shared', plugin('cors', { origins: ['https://a.test'], methods: ['GET'], max_age: 7 })),
            route('guarded', {
              plugins: [{ name: 'key-auth' }, { name: 'acl', config: { allow: ['staff'] } }],
            }),
            route('by-header', { headers: { 'x-version': ['2'] } }),
            route('by-pattern', { headers: { 'x-version': ['~*^v[0-9]+$'] } }),
          ],
        },
      ],
      consumers: [
        { username: 'in', keyauth_credentials: [{ key: 'in' }], acls: [{ group: 'staff' }] },
        { username: 'out', keyauth_credentials: [{ key: 'out' }] },
      ],
    }),
    { query: 'flatten_errors=1' },
  );
  expect(answer.text.slice(0, 600) + String(answer.status)).toMatch(/201$/);
  await node.proxied('/answered', 200);
});
afterAll(async () => {
  await node.close();
  await second.close();
});

describe('observed on Kong 3.9.3', () => {
  test('targets get their shares by weight', async () => {
    let seconds = 0;
    for (let time = 0; time < 100; time++)
      if (jsonOf(await node.proxied('/weighted', 200))['backend'] === 'second') seconds++;
    expect(Math.abs(seconds - 30)).toBeLessThanOrEqual(6);
  });

  test('redirect keeps the path that was asked for, and drops path and query of its location', async () => {
    const answer = await node.proxied('/redirected?a=b', 301);
    expect([answer.status, answer.headers.location]).toEqual([301, 'https://new.test/redirected?a=b']);
  });
});

describe('by the source of Kong 3.9', () => {
  test('request-transformer takes captures of the path, and adds what is not there', async () => {
    const headers = { 'x-there': '1', 'x-gone': '1' };
    const seen = jsonOf(await node.proxied('/transformed/here?q=1', 200, { headers }));
    expect(seen['path']).toBe('/to/here?q=1');
    expect(seen['headers']).toMatchObject({ 'x-there': 'replaced', 'x-added': '1' });
    expect(seen['headers']).not.toHaveProperty('x-gone');
  });

  test('response-transformer adds to the answer', async () => {
    expect((await node.proxied('/answered', 200)).headers['x-added']).toBe('1');
  });

  test('cors answers a preflight request and names its origin', async () => {
    const headers = { origin: 'https://a.test', 'access-control-request-method': 'GET' };
    const answer = await node.proxied('/shared', 200, { method: 'OPTIONS', headers });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://a.test',
      'access-control-allow-methods': 'GET',
      'access-control-max-age': '7',
    });
  });

  test('acl lets those in its groups through', async () => {
    expect((await node.proxied('/guarded', 401)).status).toBe(401);
    expect((await node.proxied('/guarded', 403, { headers: { apikey: 'out' } })).status).toBe(403);
    expect((await node.proxied('/guarded', 200, { headers: { apikey: 'in' } })).status).toBe(200);
  });

  test('headers of a route match by value in any case, or by regular expression', async () => {
    const asked = async (path: string, version: string, status: number) =>
      (await node.proxied(path, status, { headers: { 'x-version': version } })).status;
    expect(await asked('/by-header', '2', 200)).toBe(200);
    expect(await asked('/by-header', '3', 404)).toBe(404);
    expect(await asked('/by-pattern', 'V12', 200)).toBe(200);
    expect(await asked('/by-pattern', '12', 404)).toBe(404);
  });
});
