import { type EchoBackend, startEchoBackend } from '../echo-backend.ts';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import { jsonOf } from '../testing/http.ts';

let gateway: Gateway;
let others: EchoBackend[];
beforeAll(async () => {
  gateway = await startGateway();
  others = await Promise.all(['two', 'three', 'four'].map((name) => startEchoBackend({ name })));
});
afterAll(async () => {
  await gateway.close();
  await Promise.all(others.map((one) => one.close()));
});

async function serve(upstream: object, paths = ['/']): Promise<void> {
  const targets = [gateway.backend, ...others].map(({ port }) => ({ target: `127.0.0.1:${port}` }));
  const answer = await gateway.push({
    upstreams: [{ name: 'pool', targets, ...upstream }],
    services: [{ name: 's', host: 'pool', routes: [{ name: 'r', paths }] }],
  });
  expect(answer.text.slice(0, 300) + String(answer.status)).toMatch(/201$/);
}
const servedBy = async (path: string, headers: Record<string, string> = {}) =>
  String(jsonOf(await gateway.get(path, headers))['backend']);

/** The backends that 12 different requests reach, each asked twice and found the same. */
async function spread(
  request: (key: number) => readonly [string, Record<string, string>?],
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let key = 0; key < 12; key++) {
    const first = await servedBy(...request(key));
    expect(await servedBy(...request(key))).toBe(first);
    found.add(first);
  }
  return found;
}

test.each<[object, (key: number) => readonly [string, Record<string, string>?]]>([
  [{ hash_on: 'header', hash_on_header: 'x_user' }, (key) => ['/', { 'x-user': String(key) }]],
  [{ hash_on: 'query_arg', hash_on_query_arg: 'q' }, (key) => [`/?q=${key}`]],
  [{ hash_on: 'path' }, (key) => [`/${key}`]],
  [{ hash_on: 'consumer', hash_fallback: 'path' }, (key) => [`/${key}`]],
  [{ hash_on: 'cookie', hash_on_cookie: 'sess' }, (key) => ['/', { cookie: `a=b; sess=${key}` }]],
])('%j keeps a key at its target, and spreads keys', async (upstream, request) => {
  await serve(upstream);
  expect((await spread(request)).size).toBeGreaterThan(1);
});

test('a group of the path chooses the target', async () => {
  await serve({ hash_on: 'uri_capture', hash_on_uri_capture: 'id' }, ['~/x/(?<id>[0-9]+)']);
  expect((await spread((key) => [`/x/${key}`])).size).toBeGreaterThan(1);
});

test('a header named with a hyphen is never hashed: all keys are at one target', async () => {
  await serve({ hash_on: 'header', hash_on_header: 'x-user' });
  expect((await spread((key) => ['/', { 'x-user': String(key) }])).size).toBe(1);
});

test('one address stays at one target', async () => {
  await serve({ hash_on: 'ip' });
  expect((await spread((key) => [`/${key}`])).size).toBe(1);
});

test('a cookie that is missing is set', async () => {
  await serve({ hash_on: 'cookie', hash_on_cookie: 'sess', hash_on_cookie_path: '/p' });
  const [cookie] = (await gateway.get('/')).headers['set-cookie'] ?? [];
  expect(cookie).toMatch(/^sess=[0-9a-f-]{36}; Path=\/p; Same-Site=Lax; HttpOnly$/);
});
