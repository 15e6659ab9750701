import { createHash } from 'node:crypto';
import { request } from 'node:http';
import type { KongEmulator } from './emulator.ts';
import { startKongEmulator } from './start-emulator.ts';
import { type Answer, ask, jsonOf } from './testing/http.ts';
import { until } from './testing/until.ts';

let emulator: KongEmulator;
beforeEach(async () => {
  emulator = await startKongEmulator();
});
afterEach(() => emulator.close());

const ID = '11111111-2222-4333-8444-555555555555';
const configuration = (name: string, id = ID) =>
  JSON.stringify({ _format_version: '3.0', services: [{ name, id, host: 'h' }] });
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const HEADERS = { 'content-type': 'text/yaml' };
const push = (body: string, query = 'check_hash=1&flatten_errors=1') =>
  ask(`${emulator.adminUrl}/config?${query}`, { method: 'POST', headers: HEADERS, body });

/** Sends a whole POST /config and leaves without waiting for its answer. */
async function pushAndLeave(body: string): Promise<void> {
  const left = Promise.withResolvers<undefined>();
  const post = request(`${emulator.adminUrl}/config`, { method: 'POST', headers: HEADERS, agent: false });
  post.once('close', () => {
    left.resolve(undefined);
  });
  post.on('error', () => undefined);
  post.end(body, () => post.destroy());
  await left.promise;
}

test('hang: requests are accepted and not answered until the fault is cleared', async () => {
  emulator.fault({ type: 'hang' });
  let answer: Answer | undefined;
  const asked = ask(`${emulator.adminUrl}/status`).then((given) => (answer = given));
  expect((await ask(`${emulator.statusUrl}/status`)).status).toBe(200);
  expect(answer).toBeUndefined();
  emulator.clearFaults();
  expect((await asked).status).toBe(200);
});

test('hang: a push that was given up is applied when the node goes on', async () => {
  emulator.fault({ type: 'hang' });
  await pushAndLeave(configuration('late'));
  expect(emulator.pushes).toEqual([]);
  emulator.clearFaults();
  await until(() => emulator.configurationHash === md5(configuration('late')));
  expect(emulator.pushes).toMatchObject([{ status: 201, hash: md5(configuration('late')) }]);
});

test('hang: what hangs when the node is stopped is never applied', async () => {
  emulator.fault({ type: 'hang' });
  await pushAndLeave(configuration('lost'));
  await emulator.stop();
  emulator.clearFaults();
  await emulator.start();
  expect((await push(configuration('next'))).status).toBe(201);
  expect(emulator.configurationHash).toBe(md5(configuration('next')));
});

test('slow: an answer of the Admin API comes later than one that was asked for afterwards', async () => {
  emulator.fault({ type: 'slow', delayMs: 150 });
  const order: string[] = [];
  const slow = ask(`${emulator.adminUrl}/status`).then(() => order.push('admin'));
  await ask(`${emulator.statusUrl}/status`).then(() => order.push('status listener'));
  await slow;
  expect(order).toEqual(['status listener', 'admin']);
});

test('refuse-connections: the Admin API is closed, the proxy is not, until the fault is cleared', async () => {
  emulator.fault({ type: 'refuse-connections' });
  await expect(ask(emulator.adminUrl)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect((await ask(emulator.proxyUrl)).status).toBe(404);
  emulator.clearFaults();
  await until(() =>
    ask(emulator.adminUrl).then(
      () => true,
      () => false,
    ),
  );
});

test('refuse-configuration: every configuration is refused, naming nobody', async () => {
  emulator.fault({ type: 'refuse-configuration', message: 'no' });
  const answer = await push(configuration('any'));
  expect(answer.status).toBe(400);
  expect(jsonOf(answer)).toMatchObject({ code: 14, fields: { '@entity': ['no'] }, flattened_errors: {} });
  expect(emulator.configurationHash).toBe('0'.repeat(32));
});

test('refuse-configuration: an entity can be blamed; a configuration without it is accepted', async () => {
  emulator.fault({ type: 'refuse-configuration', entityId: ID });
  const answer = await push(configuration('blamed'));
  expect(answer.status).toBe(400);
  expect(jsonOf(answer)['flattened_errors']).toMatchObject([{ entity_type: 'service', entity_id: ID }]);
  expect((await push(configuration('other', ID.replace('1', '2')))).status).toBe(201);
  emulator.clearFaults();
  emulator.fault({ type: 'refuse-configuration', entityName: 'named' });
  expect((await push(configuration('named'))).status).toBe(400);
});

test('wrong-hash: a configuration is accepted and another hash is reported, so that it is never "held already"', async () => {
  emulator.fault({ type: 'wrong-hash' });
  expect((await push(configuration('a'))).status).toBe(201);
  const { configuration_hash: hash } = jsonOf(await ask(`${emulator.adminUrl}/status`));
  expect(hash).toMatch(/^[0-9a-f]{32}$/);
  expect(hash).not.toBe(md5(configuration('a')));
  expect((await push(configuration('a'))).status).toBe(201);
});

test.each([
  [429, 'Currently loading previous configuration', '10'],
  [503, 'Kong currently exiting', undefined],
  [504, 'Timed out while loading configuration', undefined],
] as const)('busy: %i as often as told, then business as usual', async (status, message, retryAfter) => {
  emulator.fault({ type: 'busy', status, times: 2 });
  for (let time = 0; time < 2; time++) {
    const answer = await push(configuration('a'));
    expect(answer.status).toBe(status);
    expect(jsonOf(answer)).toEqual({ message });
    expect(answer.headers['retry-after']).toBe(retryAfter);
  }
  expect((await push(configuration('a'))).status).toBe(201);
});

test('empty: the configuration is gone, and the node goes on', async () => {
  await push(configuration('a'));
  emulator.fault({ type: 'empty' });
  expect(jsonOf(await ask(`${emulator.adminUrl}/status`))['configuration_hash']).toBe('0'.repeat(32));
  expect((await push(configuration('a'))).status).toBe(201);
});

test('pushes are recorded with what came and how they were answered; status and root are counted', async () => {
  await push(configuration('a'));
  await push(configuration('a'));
  await push('{');
  const text = configuration('a');
  const sent = {
    hash: md5(text),
    bytes: text.length,
    contentType: 'text/yaml',
    query: 'check_hash=1&flatten_errors=1',
  };
  expect(emulator.pushes).toMatchObject([
    { ...sent, status: 201 },
    { ...sent, status: 304 },
    { status: 400, bytes: 1 },
  ]);
  await ask(emulator.adminUrl);
  await ask(`${emulator.adminUrl}/status`);
  await ask(`${emulator.adminUrl}/status`);
  expect(emulator.requests).toEqual({ status: 2, root: 1 });
});

test('a push whose body never came in full is recorded as aborted', async () => {
  const post = request(`${emulator.adminUrl}/config`, {
    method: 'POST',
    headers: { ...HEADERS, 'content-length': '100' },
    agent: false,
  });
  post.on('error', () => undefined);
  post.write('{', () => post.destroy());
  await until(() => emulator.pushes.length > 0);
  expect(emulator.pushes).toMatchObject([{ status: 'aborted' }]);
});
