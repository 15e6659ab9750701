import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { createMetrics, type HealthServer, type HealthServerOptions, startHealthServer } from './index.ts';

let server: HealthServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: Partial<HealthServerOptions> = {}): Promise<HealthServer> {
  server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    missing: () => [],
    metrics: createMetrics({ fleets: () => [], proxyStates: [] }),
    fleets: () => [],
    events: (after) => [{ name: 'edge', events: [{ id: after + 1 }] }],
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  return server;
}

async function ask(path: string, method = 'GET'): Promise<{ status: number; type: string; body: string }> {
  const call = request({ host: '127.0.0.1', port: server?.port, path, method, agent: false });
  call.end();
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk);
  return { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body };
}

test('readiness says what is missing until nothing is', async () => {
  let missing = ['fleet edge: no first list of proxies'];
  await start({ missing: () => missing });
  expect(await ask('/readyz')).toMatchObject({
    status: 503,
    body: '{"ready":false,"missing":["fleet edge: no first list of proxies"]}\n',
  });
  missing = [];
  expect(await ask('/readyz?verbose')).toMatchObject({ status: 200, body: '{"ready":true,"missing":[]}\n' });
});

test('it serves health, metrics and fleets', async () => {
  await start({ fleets: () => [{ name: 'edge' }] });
  expect(await ask('/healthz')).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' });
  expect(await ask('/fleets')).toMatchObject({ status: 200, body: '[{"name":"edge"}]\n' });
  const metrics = await ask('/metrics');
  expect(metrics.type).toMatch(/^text\/plain/);
  expect(metrics.body).toContain('process_cpu_seconds_total');
});

test('events are asked for from an id on', async () => {
  await start();
  expect((await ask('/events')).body).toBe('[{"name":"edge","events":[{"id":1}]}]\n');
  expect((await ask('/events?after=41')).body).toBe('[{"name":"edge","events":[{"id":42}]}]\n');
  expect(await ask('/events?after=yesterday')).toMatchObject({ status: 400 });
});

test('it refuses other paths and methods', async () => {
  await start();
  expect(await ask('/constructor')).toMatchObject({ status: 404 });
  expect(await ask('/fleets', 'POST')).toMatchObject({ status: 405 });
  expect(await ask('/healthz', 'HEAD')).toMatchObject({ status: 200, body: '' });
});

test('a failing source of data answers 500 without its words, and is reported', async () => {
  const errors: unknown[] = [];
  const failure = new Error('hunter2');
  await start({
    fleets: () => {
      throw failure;
    },
    onError: (error) => errors.push(error),
  });
  expect(await ask('/fleets')).toMatchObject({ status: 500, body: '{"error":"internal error"}\n' });
  expect(errors).toEqual([failure]);
});

test('an address in use is named', async () => {
  const { port } = await start();
  await expect(
    startHealthServer({
      host: '127.0.0.1',
      port,
      missing: () => [],
      metrics: createMetrics({ fleets: () => [], proxyStates: [], processMetrics: false }),
      fleets: () => [],
      events: () => [],
      onError: () => undefined,
    }),
  ).rejects.toMatchObject({ code: 'HealthAddressUnavailable', where: `127.0.0.1:${port}` });
});

test('closing ends connections that are still open', async () => {
  const { port } = await start();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.resume();
  const ended = once(socket, 'close');
  await server?.close();
  await ended;
});
