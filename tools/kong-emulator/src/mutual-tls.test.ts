import { connect } from 'node:net';
import type { KongEmulator } from './emulator.ts';
import { createTestPki, type KeyPair, type TestPki } from '@silverback/test-certificates';
import { startKongEmulator } from './start-emulator.ts';
import { ask } from './testing/http.ts';

let pki: TestPki;
let emulator: KongEmulator;
beforeAll(async () => {
  pki = await createTestPki({ serverNames: ['kong.test', '127.0.0.1'] });
  emulator = await startKongEmulator({
    adminTls: { ...pki.server, clientCa: pki.ca.certificate },
  });
});
afterAll(() => emulator.close());

const as = (client?: KeyPair) =>
  ask(`${emulator.adminUrl}/status`, {
    ca: pki.ca.certificate,
    ...(client && { cert: client.certificate, key: client.key }),
  });

test('a client with a certificate of the CA is served', async () => {
  expect((await as(pki.client)).status).toBe(200);
});

test('a client without a certificate gets an error page, although the handshake succeeds', async () => {
  const answer = await as();
  expect(answer.status).toBe(400);
  expect(answer.headers['content-type']).toMatch('text/html');
  expect(answer.text).toMatch('No required SSL certificate was sent');
});

test('a client with a certificate of another CA gets an error page', async () => {
  const answer = await as(await pki.otherCa.issueClient('stranger'));
  expect(answer.status).toBe(400);
  expect(answer.text).toMatch('The SSL certificate error');
});

test('a client whose certificate has expired gets an error page', async () => {
  const answer = await as(await pki.issueClient('late', { notAfter: new Date(Date.now() - 1000) }));
  expect(answer.text).toMatch('The SSL certificate error');
});

test('plain HTTP to the TLS port gets an error page', async () => {
  const answer = await ask(emulator.adminUrl.replace('https:', 'http:'));
  expect(answer.status).toBe(400);
  expect(answer.text).toMatch('The plain HTTP request was sent to HTTPS port');
});

test('a client that does not trust the server does not get through', async () => {
  await expect(ask(emulator.adminUrl, { ca: pki.otherCa.certificate })).rejects.toThrow(
    'self-signed certificate',
  );
});

test('refused clients cost no counted request', () => {
  expect(emulator.requests.status).toBe(1);
});

test('a connection that breaks before it says anything hurts nobody', async () => {
  const socket = connect(Number(new URL(emulator.adminUrl).port), '127.0.0.1');
  const closed = Promise.withResolvers<undefined>();
  socket.once('close', () => {
    closed.resolve(undefined);
  });
  socket.once('connect', () => socket.resetAndDestroy());
  await closed.promise;
  expect((await as(pki.client)).status).toBe(200);
});
