import { createServer } from 'node:http';
import { connect, type TLSSocket } from 'node:tls';
import { type EchoBackend, startEchoBackend } from '../echo-backend.ts';
import type { KongEmulator } from '../emulator.ts';
import { Listener } from '../listener.ts';
import { createTestPki, type TestPki } from '@silverback/test-certificates';
import { startKongEmulator } from '../start-emulator.ts';
import { ask, jsonOf } from '../testing/http.ts';

let emulator: KongEmulator;
let pki: TestPki;
const backends: EchoBackend[] = [];
const silent = new Listener(() => createServer(() => undefined), '127.0.0.1', 0);
beforeAll(async () => {
  pki = await createTestPki({ serverNames: ['unused.test'] });
  backends.push(await startEchoBackend({ name: 'one' }), await startEchoBackend({ name: 'two' }));
  emulator = await startKongEmulator();
});
afterAll(async () => {
  await emulator.close();
  await silent.close();
  await Promise.all(backends.map((backend) => backend.close()));
});

async function push(parts: object): Promise<void> {
  const answer = await ask(`${emulator.adminUrl}/config`, {
    method: 'POST',
    headers: { 'content-type': 'text/yaml' },
    body: JSON.stringify({ _format_version: '3.0', ...parts }),
  });
  if (answer.status !== 201) throw new Error(answer.text);
}

const port = (position: number) => backends[position]?.port ?? 0;
const get = (path: string, headers: Record<string, string> = {}) =>
  ask(emulator.proxyUrl + path, { headers });
const route = (more: object = {}) => ({ name: 'r', paths: ['/'], strip_path: false, ...more });
const service = (more: object) => ({
  name: 's',
  host: '127.0.0.1',
  port: port(0),
  routes: [route()],
  ...more,
});

test('targets of an upstream take turns, and a dead one costs only a retry', async () => {
  const dead = new Listener(() => createServer(), '127.0.0.1', 0);
  await dead.open();
  await dead.close();
  const targets = [port(0), dead.port, port(1)].map((one) => ({ target: `127.0.0.1:${one}` }));
  await push({ services: [service({ host: 'pool' })], upstreams: [{ name: 'pool', targets }] });
  const names = [];
  for (let time = 0; time < 4; time++) names.push(jsonOf(await get('/'))['backend']);
  expect(names).toEqual(['one', 'two', 'one', 'two']);
});

test('retries: 0 shows a dead target as 502', async () => {
  await push({ services: [service({ port: 1, retries: 0 })] });
  expect(await get('/')).toMatchObject({ status: 502 });
});

test('a service that is silent for longer than read_timeout is answered 504', async () => {
  await silent.open();
  await push({ services: [service({ port: silent.port, read_timeout: 50 })] });
  expect((await get('/')).status).toBe(504);
});

test('host_header of the upstream goes to the service', async () => {
  const targets = [{ target: `127.0.0.1:${port(0)}` }];
  await push({
    services: [service({ host: 'pool' })],
    upstreams: [{ name: 'pool', host_header: 'inner.test', targets }],
  });
  expect(jsonOf(await get('/'))['host']).toBe('inner.test');
});

test('a body of a request reaches the service, with who asked for what', async () => {
  await push({ services: [service({ routes: [route({ paths: ['/p'], strip_path: true })] })] });
  const answer = await ask(`${emulator.proxyUrl}/p/q`, {
    method: 'POST',
    body: 'content',
    headers: { host: 'outer.test', 'x-forwarded-for': '10.0.0.1' },
  });
  expect(jsonOf(answer)).toMatchObject({
    body: 'content',
    path: '/q',
    headers: {
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-host': 'outer.test',
      'x-forwarded-proto': 'http',
      'x-forwarded-path': '/p/q',
      'x-forwarded-prefix': '/p',
    },
  });
});

test('a malformed path is answered 400', async () => {
  expect((await get('/%zz')).status).toBe(400);
});

test('a route for https alone redirects if it says so', async () => {
  await push({
    services: [service({ routes: [route({ protocols: ['https'], https_redirect_status_code: 301 })] })],
  });
  const answer = await get('/a?b', { host: 'a.test:80' });
  expect(answer).toMatchObject({ status: 301, headers: { location: 'https://a.test/a?b' } });
});

async function certificateFor(servername: string): Promise<string> {
  const { hostname, port: tlsPort } = new URL(emulator.proxyTlsUrl);
  const connected = Promise.withResolvers<TLSSocket>();
  const socket = connect(
    { host: hostname, port: Number(tlsPort), servername, rejectUnauthorized: false },
    () => {
      connected.resolve(socket);
    },
  );
  const { subject } = (await connected.promise).getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

test('the https port shows the certificate of the server name: exact, wildcard, or its own', async () => {
  const issued = async (name: string, snis: string[]) => {
    const { certificate: cert, key } = await pki.issueServer([name]);
    return { cert, key, snis: snis.map((sni) => ({ name: sni })) };
  };
  await push({
    certificates: [await issued('exact', ['a.shop.test']), await issued('wildcard', ['*.shop.test'])],
    services: [service({ routes: [route({ protocols: ['https'], snis: ['a.shop.test'] })] })],
  });
  expect(await certificateFor('a.shop.test')).toBe('exact');
  expect(await certificateFor('b.shop.test')).toBe('wildcard');
  expect(await certificateFor('else.test')).toBe('localhost');
  const over = (servername: string) => ask(emulator.proxyTlsUrl, { servername, rejectUnauthorized: false });
  expect(jsonOf(await over('a.shop.test'))['headers']).toMatchObject({ 'x-forwarded-proto': 'https' });
  expect((await over('b.shop.test')).status).toBe(404);
});
