import { VirtualClock } from '@silverback/clock';
import { eventsFor, type ResourceEvent } from '@silverback/resource-status';
import { KubeHttp } from '../access/kube-http.ts';
import { TestApiServer } from '../testing/api-server.ts';
import { advanceBy, turns } from '../testing/turns.ts';
import { EventWriter } from './event-writer.ts';
import type { WriteEvent } from './write-queue.ts';

let clock: VirtualClock;
let server: TestApiServer;
let http: KubeHttp;
let told: WriteEvent[];
let writers: EventWriter[];

beforeEach(async () => {
  clock = new VirtualClock();
  server = new TestApiServer();
  http = new KubeHttp({ credentials: await server.start(), clock });
  [told, writers] = [[], []];
});
afterEach(async () => {
  await Promise.all(writers.map((writer) => writer.stop()));
  await http.close();
  await server.stop();
});

function writerOf(instance = 'silverback-0'): EventWriter {
  const writer = new EventWriter({
    http,
    clock,
    instance,
    apiVersionOf: () => undefined,
    uidOf: () => 'uid-1',
    mayWrite: () => true,
    random: () => 0,
    onEvent: (event) => told.push(event),
  });
  writers.push(writer);
  return writer;
}

function event(name: string, note = 'has no such port'): ResourceEvent {
  return {
    resource: { kind: 'Ingress', namespace: 'shop', name },
    type: 'Warning',
    reason: 'ServicePortMissing',
    note,
    key: `key-of-${name}`,
  };
}

function stored(name: string): Record<string, unknown> | undefined {
  return server.get(`/apis/events.k8s.io/v1/namespaces/shop/events/${name}.key-of-${name}`);
}

test('an event stands at its object, as kubectl describe looks for it', async () => {
  writerOf().write([event('web')]);
  await turns();
  expect(stored('web')).toMatchObject({
    metadata: { namespace: 'shop' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'silverback.dev/controller',
    reportingInstance: 'silverback-0',
    action: 'Program',
    reason: 'ServicePortMissing',
    type: 'Warning',
    note: 'has no such port',
    regarding: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      namespace: 'shop',
      name: 'web',
      uid: 'uid-1',
    },
  });
  expect(stored('web')?.['series']).toBeUndefined();
});

test('what goes on to hold is told again after half an hour, and counted', async () => {
  const writer = writerOf();
  writer.write([event('web')]);
  await turns();
  for (let minute = 0; minute < 29; minute += 1) {
    await advanceBy(clock, 60_000, 60_000);
    writer.write([event('web')]);
  }
  expect(server.requests).toHaveLength(1);
  await advanceBy(clock, 60_000, 60_000);
  writer.write([event('web')]);
  await turns();
  expect(stored('web')).toMatchObject({
    eventTime: '2026-01-01T00:00:00.000000Z',
    series: { count: 2, lastObservedTime: '2026-01-01T00:30:00.000000Z' },
  });
});

test('what comes back is counted in its series, also by a successor', async () => {
  const writer = writerOf();
  for (const events of [[event('web')], [], [event('web')], [], [event('web')]]) {
    writer.write(events);
    await turns();
  }
  expect(stored('web')).toMatchObject({ series: { count: 3 } });
  const successor = writerOf('silverback-1');
  successor.write([event('web')]);
  await turns();
  expect(stored('web')).toMatchObject({ series: { count: 4 }, reportingInstance: 'silverback-0' });
});

test('an event that the API server has forgotten is made anew', async () => {
  const writer = writerOf();
  writer.write([event('web')]);
  await turns();
  server.delete('/apis/events.k8s.io/v1/events', {
    apiVersion: '',
    kind: '',
    metadata: { namespace: 'shop', name: 'web.key-of-web' },
  });
  writer.write([]);
  writer.write([event('web')]);
  await turns();
  expect(stored('web')?.['series']).toBeUndefined();
});

test('events come at a bounded rate, and a namespace that goes away is no reason to stop', async () => {
  server.intercept = ({ path }) =>
    path.includes('/namespaces/gone/')
      ? { status: 403, message: 'unable to create in namespace gone because it is being terminated' }
      : undefined;
  const many = Array.from({ length: 40 }, (_, at) => event(`web-${at}`));
  const gone = { ...event('old'), resource: { kind: 'Ingress', namespace: 'gone', name: 'old' } };
  writerOf().write([...many, gone]);
  await turns(200);
  expect(server.requests).toHaveLength(25);
  await advanceBy(clock, 4000, 100);
  expect(server.requests).toHaveLength(41);
  expect(told.filter(({ type }) => type !== 'written')).toEqual([]);
});

test('a long note is cut by bytes, between characters, and an event of a cluster-scoped object stands in default', async () => {
  const [long] = eventsFor([
    {
      code: 'PluginInvalid' as never,
      severity: 'error',
      resource: { kind: 'KongClusterPlugin', namespace: '', name: 'cors' },
      message: 'é'.repeat(900),
      action: 'left out',
    },
  ]);
  if (!long) throw new Error('no event');
  writerOf().write([long]);
  await turns();
  const [request] = server.requests;
  expect(request?.path).toBe('/apis/events.k8s.io/v1/namespaces/default/events');
  const { note, regarding } = request?.body as { note: string; regarding: object };
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
  expect(note).toMatch(/^é+…$/);
  expect(regarding).not.toHaveProperty('namespace');
});
