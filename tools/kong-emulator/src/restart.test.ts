import type { KongEmulator } from './emulator.ts';
import { startKongEmulator } from './start-emulator.ts';
import { ask, jsonOf } from './testing/http.ts';

const CONFIGURATION = JSON.stringify({
  _format_version: '3.0',
  routes: [
    { name: 'r', paths: ['/r'], plugins: [{ name: 'request-termination', config: { status_code: 418 } }] },
  ],
});
const ZEROS = '0'.repeat(32);

let emulator: KongEmulator;
afterEach(() => emulator.close());

async function push(): Promise<void> {
  const headers = { 'content-type': 'text/yaml' };
  const answer = await ask(`${emulator.adminUrl}/config`, { method: 'POST', headers, body: CONFIGURATION });
  expect(answer.status).toBe(201);
}

const nodeId = async () => jsonOf(await ask(emulator.adminUrl))['node_id'];
const workers = async () => (jsonOf(await ask(emulator.adminUrl))['pids'] as { workers: number[] }).workers;
const failure = async (url: string) => {
  const error: unknown = await ask(url).catch((reason: unknown) => reason);
  return (error as NodeJS.ErrnoException).code;
};

test('a stopped node refuses connections on all its ports but the control port', async () => {
  emulator = await startKongEmulator();
  await emulator.stop();
  for (const url of [emulator.adminUrl, emulator.proxyUrl, emulator.proxyTlsUrl, emulator.statusUrl])
    expect(await failure(url)).toBe('ECONNREFUSED');
  expect(jsonOf(await ask(emulator.controlUrl))).toMatchObject({ state: 'stopped' });
});

test('a restart keeps ports, node id, configuration and routes, and has new workers', async () => {
  emulator = await startKongEmulator();
  await push();
  const before = {
    urls: [emulator.adminUrl, emulator.proxyUrl],
    id: await nodeId(),
    hash: emulator.configurationHash,
  };
  const oldWorkers = await workers();
  await emulator.stop();
  await emulator.start();
  expect({
    urls: [emulator.adminUrl, emulator.proxyUrl],
    id: await nodeId(),
    hash: emulator.configurationHash,
  }).toEqual(before);
  expect((await workers()).filter((pid) => oldWorkers.includes(pid))).toEqual([]);
  expect((await ask(`${emulator.proxyUrl}/r`)).status).toBe(418);
  expect((await ask(`${emulator.statusUrl}/status/ready`)).status).toBe(200);
});

test('a wiped node is another one, without configuration', async () => {
  emulator = await startKongEmulator();
  await push();
  const id = await nodeId();
  await emulator.stop();
  await emulator.start({ wipe: true });
  expect(await nodeId()).not.toBe(id);
  expect(emulator.configurationHash).toBe(ZEROS);
  expect((await ask(`${emulator.statusUrl}/status/ready`)).status).toBe(503);
  expect((await ask(`${emulator.proxyUrl}/r`)).status).toBe(404);
});

test('keepConfigurationOnRestart: false makes every restart a wiping one', async () => {
  emulator = await startKongEmulator({ keepConfigurationOnRestart: false });
  await push();
  await emulator.stop();
  await emulator.start();
  expect(emulator.configurationHash).toBe(ZEROS);
});

test('a drained node is not ready while it goes on proxying, until it restarts', async () => {
  emulator = await startKongEmulator();
  await push();
  const drain = await ask(`${emulator.statusUrl}/status/ready`, { method: 'POST', body: 'status=draining' });
  expect(drain.status).toBe(204);
  expect(await ask(`${emulator.statusUrl}/status/ready`)).toMatchObject({
    status: 503,
    text: '{"message":"draining"}',
  });
  expect((await ask(`${emulator.proxyUrl}/r`)).status).toBe(418);
  await emulator.stop();
  await emulator.start();
  expect((await ask(`${emulator.statusUrl}/status/ready`)).status).toBe(200);
});

test('only loopback addresses are listened on', async () => {
  await expect(startKongEmulator({ host: '0.0.0.0' })).rejects.toThrow('loopback');
  emulator = await startKongEmulator({ host: '127.0.0.2' });
  expect(emulator.adminUrl).toMatch('http://127.0.0.2:');
});

test('a restart counts requests anew, as nginx does', async () => {
  emulator = await startKongEmulator();
  const requests = async () =>
    (jsonOf(await ask(`${emulator.adminUrl}/status`))['server'] as { total_requests: number }).total_requests;
  const first = await requests();
  expect(await requests()).toBeGreaterThan(first);
  await requests();
  await emulator.stop();
  await emulator.start();
  expect(await requests()).toBe(first);
});
