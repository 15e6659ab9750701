import { createHash } from 'node:crypto';
import { request } from 'node:http';
import type { EmulatorOptions, KongEmulator } from './emulator.ts';
import { startKongEmulator } from './start-emulator.ts';
import { ask } from './testing/http.ts';
import { until } from './testing/until.ts';

let emulator: KongEmulator;
afterEach(() => emulator.close());

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const upstreams = (count: number) =>
  JSON.stringify({
    _format_version: '3.0',
    upstreams: Array.from({ length: count }, (_, position) => ({ name: `u${position}` })),
  });
const HEADERS = { 'content-type': 'text/yaml' };
const push = (body: string) => ask(`${emulator.adminUrl}/config`, { method: 'POST', headers: HEADERS, body });

async function start(options: EmulatorOptions): Promise<void> {
  emulator = await startKongEmulator(options);
}

test('of two pushes that meet in the commit section, the later one is told to come back after 10 s', async () => {
  // A section of 0.3 s: on a busy machine two requests that begin together are not handled together.
  await start({ applyDelay: { factor: 300 } });
  const answers = await Promise.all([push(upstreams(1)), push(upstreams(1))]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 429]);
  expect(answers.find(({ status }) => status === 429)).toMatchObject({
    text: '{"message":"Currently loading previous configuration"}',
    headers: { 'retry-after': '10' },
  });
});

test('the last commit wins: an old push that was given up overwrites a newer, quicker one', async () => {
  await start({ applyDelay: { factor: 3 } });
  const [old, recent] = [upstreams(500), upstreams(1)];
  const left = Promise.withResolvers<undefined>();
  const given = request(`${emulator.adminUrl}/config`, { method: 'POST', headers: HEADERS, agent: false });
  given.on('error', () => undefined);
  given.once('close', () => {
    left.resolve(undefined);
  });
  given.end(old, () => given.destroy());
  await left.promise;
  expect((await push(recent)).status).toBe(201);
  expect(emulator.configurationHash).toBe(md5(recent));
  await until(() => emulator.pushes.length === 2);
  expect(emulator.pushes.map(({ hash, status }) => [hash, status])).toEqual([
    [md5(recent), 201],
    [md5(old), 201],
  ]);
  expect(emulator.configurationHash).toBe(md5(old));
});

test('routes begin to work after the 201', async () => {
  await start({ applyDelay: true });
  const config = { status_code: 418 };
  const body = JSON.stringify({
    _format_version: '3.0',
    routes: [{ name: 'r', paths: ['/r'], plugins: [{ name: 'request-termination', config }] }],
  });
  expect((await push(body)).status).toBe(201);
  await until(async () => (await ask(`${emulator.proxyUrl}/r`)).status === 418);
});

test('a configuration that does not fit in the database is answered 413 in JSON, and the old one stays', async () => {
  await start({ limits: { databaseBytes: 2_000 } });
  expect((await push(upstreams(1))).status).toBe(201);
  const answer = await push(upstreams(10));
  expect(answer.status).toBe(413);
  expect(answer.headers['content-type']).toMatch('application/json');
  expect(answer.text).toMatch('lmdb_map_size');
  expect(emulator.configurationHash).toBe(md5(upstreams(1)));
});

test('the limit of a body can be set', async () => {
  await start({ limits: { bodyBytes: 100 } });
  const answer = await push(upstreams(10));
  expect(answer.status).toBe(413);
  expect(answer.headers['content-type']).toMatch('text/html');
});
