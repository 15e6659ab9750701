import { type EchoBackend, startEchoBackend } from '../echo-backend.ts';
import type { KongEmulator } from '../emulator.ts';
import { startKongEmulator } from '../start-emulator.ts';
import { ask, jsonOf } from '../testing/http.ts';

let emulator: KongEmulator;
let backend: EchoBackend;
beforeAll(async () => {
  backend = await startEchoBackend({ name: 'echo' });
  emulator = await startKongEmulator();
});
afterAll(async () => {
  await emulator.close();
  await backend.close();
});

const CONSUMERS = [
  { username: 'alice', custom_id: 'a-1', keyauth_credentials: [{ key: 'alices' }] },
  { username: 'guest', keyauth_credentials: [{ key: 'guests' }] },
];
const keyAuth = (config: object = {}) => ({ name: 'key-auth', config });
const termination = (message: string, more: object = {}) => ({
  name: 'request-termination',
  config: { status_code: 418, message },
  ...more,
});

/** One service with the routes /a and /b. */
async function push(more: { service?: object[]; a?: object[]; global?: object[] }): Promise<void> {
  const routes = ['a', 'b'].map((name) => ({
    name,
    paths: [`/${name}`],
    strip_path: false,
    ...(name === 'a' && more.a && { plugins: more.a }),
  }));
  const answer = await ask(`${emulator.adminUrl}/config`, {
    method: 'POST',
    headers: { 'content-type': 'text/yaml' },
    body: JSON.stringify({
      _format_version: '3.0',
      services: [{ name: 's', host: '127.0.0.1', port: backend.port, routes, plugins: more.service ?? [] }],
      consumers: CONSUMERS,
      plugins: more.global ?? [],
    }),
  });
  if (answer.status !== 201) throw new Error(answer.text);
}
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  ask(emulator.proxyUrl + path, { headers, method });

test('key-auth on a route leaves the other routes open', async () => {
  await push({ a: [keyAuth()] });
  const refused = await get('/a');
  expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Key' } });
  expect(jsonOf(refused)['message']).toBe('No API key found in request');
  expect(jsonOf(await get('/a', { apikey: 'unknown' }))['message']).toBe('Unauthorized');
  expect((await get('/b')).status).toBe(200);
});

test('key-auth on a service, and a global one, cover all routes', async () => {
  for (const where of ['service', 'global'] as const) {
    await push({ [where]: [keyAuth()] });
    expect((await get('/a')).status).toBe(401);
    expect((await get('/b')).status).toBe(401);
  }
});

test('the key is found in the configured headers and query parameters, in these alone', async () => {
  await push({ a: [keyAuth({ key_names: ['x-key', 'k'], key_in_query: false })] });
  expect((await get('/a', { 'X-Key': 'alices' })).status).toBe(200);
  expect((await get('/a?k=alices')).status).toBe(401);
  await push({ a: [keyAuth({ key_in_header: false })] });
  expect((await get('/a', { apikey: 'alices' })).status).toBe(401);
  expect((await get('/a?apikey=alices')).status).toBe(200);
});

test('the service learns who came, and not the key if it is hidden', async () => {
  await push({ a: [keyAuth({ hide_credentials: true })] });
  const { headers, path } = jsonOf(await get('/a?apikey=alices&x=1', { 'x-consumer-username': 'forged' }));
  expect(headers).toMatchObject({ 'x-consumer-username': 'alice', 'x-consumer-custom-id': 'a-1' });
  expect(path).toBe('/a?x=1');
  expect(jsonOf(await get('/a', { apikey: 'alices' }))['headers']).not.toHaveProperty('apikey');
});

test('an anonymous consumer stands in for a missing key', async () => {
  await push({ a: [keyAuth({ anonymous: 'guest' })] });
  expect(jsonOf(await get('/a'))['headers']).toMatchObject({
    'x-consumer-username': 'guest',
    'x-anonymous-consumer': 'true',
  });
});

test('preflight requests pass if run_on_preflight is off', async () => {
  await push({ a: [keyAuth({ run_on_preflight: false })] });
  expect((await get('/a', {}, 'OPTIONS')).status).toBe(200);
  expect((await get('/a')).status).toBe(401);
});

test('of one plugin, the narrowest runs: consumer, route, service, global', async () => {
  await push({
    global: [
      termination('global'),
      keyAuth({ anonymous: 'guest' }),
      termination('consumer', { consumer: 'alice' }),
    ],
    service: [],
    a: [termination('route')],
  });
  const said = async (path: string, key: string) => jsonOf(await get(path, { apikey: key }))['message'];
  expect(await said('/b', 'guests')).toBe('global');
  expect(await said('/a', 'guests')).toBe('route');
  expect(await said('/b', 'alices')).toBe('consumer');
});

test('key-auth runs before request-termination', async () => {
  await push({ a: [keyAuth(), termination('closed')] });
  expect((await get('/a')).status).toBe(401);
  expect((await get('/a', { apikey: 'alices' })).status).toBe(418);
});

test('request-termination answers with a message, a body of a content type, or a default', async () => {
  await push({
    a: [
      { name: 'request-termination', config: { status_code: 200, body: '<p>', content_type: 'text/html' } },
    ],
  });
  expect(await get('/a')).toMatchObject({
    status: 200,
    text: '<p>',
    headers: { 'content-type': 'text/html' },
  });
  await push({ a: [{ name: 'request-termination' }] });
  expect(jsonOf(await get('/a'))['message']).toBe('Service unavailable');
});

test('request-termination with a trigger waits for it', async () => {
  await push({ a: [{ name: 'request-termination', config: { status_code: 418, trigger: 'x-stop' } }] });
  expect((await get('/a')).status).toBe(200);
  expect((await get('/a', { 'x-stop': '1' })).status).toBe(418);
});

test('a disabled plugin does not run', async () => {
  await push({ a: [termination('off', { enabled: false })] });
  expect((await get('/a')).status).toBe(200);
});
