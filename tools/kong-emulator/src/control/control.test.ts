import type { KongEmulator } from '../emulator.ts';
import { startKongEmulator } from '../start-emulator.ts';
import { ask, jsonOf } from '../testing/http.ts';

let emulator: KongEmulator;
beforeEach(async () => {
  emulator = await startKongEmulator({ name: 'controlled' });
});
afterEach(() => emulator.close());

const control = async (method: string, path: string, body?: object) => {
  const text = body && JSON.stringify(body);
  const answer = await ask(emulator.controlUrl + path, { method, ...(text && { body: text }) });
  return { status: answer.status, body: jsonOf(answer) };
};
const push = (name: string) =>
  ask(`${emulator.adminUrl}/config`, {
    method: 'POST',
    headers: { 'content-type': 'text/yaml' },
    body: JSON.stringify({ _format_version: '3.0', upstreams: [{ name }] }),
  });

test('GET / shows state, hash, counters and all URLs', async () => {
  await push('u');
  const { status, body } = await control('GET', '/');
  expect(status).toBe(200);
  expect(body).toEqual({
    name: 'controlled',
    state: 'running',
    faults: [],
    configurationHash: emulator.configurationHash,
    pushes: 1,
    requests: { status: 0, root: 0 },
    urls: {
      admin: emulator.adminUrl,
      proxy: emulator.proxyUrl,
      proxyTls: emulator.proxyTlsUrl,
      status: emulator.statusUrl,
      control: emulator.controlUrl,
    },
  });
});

test('the node is stopped and started', async () => {
  await push('u');
  expect((await control('POST', '/stop')).body).toMatchObject({ state: 'stopped' });
  await expect(ask(emulator.adminUrl)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const hash = emulator.configurationHash;
  expect((await control('POST', '/start')).body).toMatchObject({ state: 'running', configurationHash: hash });
  expect((await ask(emulator.adminUrl)).status).toBe(200);
});

test.each(['/start?wipe=true', '/restart?wipe=true'])('POST %s loses the configuration', async (path) => {
  await push('u');
  if (path.startsWith('/start')) await control('POST', '/stop');
  expect((await control('POST', path)).body).toMatchObject({ configurationHash: '0'.repeat(32) });
});

test('POST /restart keeps the configuration, POST /empty loses it', async () => {
  await push('u');
  const { configurationHash } = emulator;
  expect((await control('POST', '/restart')).body).toMatchObject({ configurationHash });
  expect((await control('POST', '/empty')).body).toMatchObject({ configurationHash: '0'.repeat(32) });
});

test('faults come by body or by path, and go together', async () => {
  expect((await control('POST', '/fault', { type: 'slow', delayMs: 1 })).status).toBe(200);
  const { body } = await control('POST', '/fault/busy', { status: 503 });
  expect(body).toMatchObject({
    faults: [
      { type: 'slow', delayMs: 1 },
      { type: 'busy', status: 503 },
    ],
  });
  expect((await push('u')).status).toBe(503);
  expect((await control('DELETE', '/fault')).body).toMatchObject({ faults: [] });
  expect((await push('u')).status).toBe(201);
});

test('a closed Admin API is open again when DELETE /fault is answered', async () => {
  await control('POST', '/fault/refuse-connections');
  await expect(ask(emulator.adminUrl)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await control('DELETE', '/fault');
  expect((await ask(emulator.adminUrl)).status).toBe(200);
});

test('GET /pushes lists what was pushed', async () => {
  await push('u');
  const { body } = await control('GET', '/pushes');
  expect(body).toMatchObject([{ status: 201, contentType: 'text/yaml', hash: emulator.configurationHash }]);
});

test.each([
  ['POST', '/fault/unheard-of', undefined, 400],
  ['POST', '/fault', { type: 'slow' }, 400],
  ['GET', '/nowhere', undefined, 404],
])('%s %s %j is answered %3$i', async (method, path, body, status) => {
  expect((await control(method, path, body)).status).toBe(status);
});
