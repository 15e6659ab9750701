import { SystemClock, VirtualClock, type Clock } from '@silverback/clock';
import type { Condition, StatusDecision } from '@silverback/resource-status';
import { KubeHttp } from '../access/kube-http.ts';
import { observeStatus } from '../source/observed-status.ts';
import { ObservedStatuses } from '../source/observed-statuses.ts';
import { TestApiServer, type SeenRequest, type TestObject } from '../testing/api-server.ts';
import { advanceBy, advanceUntil, turns } from '../testing/turns.ts';
import { StatusWriter, type StatusWriterOptions } from './status-writer.ts';
import type { WriteEvent } from './write-queue.ts';

const INGRESSES = '/apis/networking.k8s.io/v1/ingresses';
const PLUGINS = '/apis/configuration.konghq.com/v1/kongplugins';
const POLICIES = '/apis/configuration.konghq.com/v1beta1/kongupstreampolicies';
const LICENSES = '/apis/configuration.konghq.com/v1alpha1/konglicenses';

let clock: Clock;
let server: TestApiServer;
let http: KubeHttp;
let statuses: ObservedStatuses;
let events: WriteEvent[];
let writers: StatusWriter[];

async function begin(withClock: Clock): Promise<void> {
  clock = withClock;
  server = new TestApiServer();
  http = new KubeHttp({ credentials: await server.start(), clock });
  statuses = new ObservedStatuses();
  events = [];
  writers = [];
}

afterEach(async () => {
  await Promise.all(writers.map((writer) => writer.stop()));
  await http.close();
  await server.stop();
});

function writerOf(more: Partial<StatusWriterOptions> = {}): StatusWriter {
  const writer = new StatusWriter({
    http,
    clock,
    statuses,
    apiVersionOf: () => undefined,
    mayWrite: () => true,
    random: () => 0,
    onEvent: (event) => events.push(event),
    ...more,
  });
  writers.push(writer);
  return writer;
}

/** An object in the cluster that the watch has shown. */
function known(collection: string, object: TestObject): TestObject {
  const stored = server.put(collection, object);
  const status = observeStatus(object.kind as 'Ingress', stored);
  const { namespace = '', name } = object.metadata;
  if (status) statuses.set(`${object.kind}/${namespace}/${name}`, status);
  return stored;
}

function ingress(name: string, status: object = {}): TestObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop' },
    status,
  };
}

function plugin(name: string, conditions: readonly object[] = []): TestObject {
  return {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, generation: 1 },
    status: { conditions },
  };
}

const programmed: Condition = {
  type: 'Programmed',
  status: 'True',
  reason: 'Programmed',
  message: 'Every proxy holds the resource.',
  observedGeneration: 1,
  lastTransitionTime: '2026-01-01T00:00:00Z',
};

function conditionOf(name: string): StatusDecision {
  return { resource: { kind: 'KongPlugin', namespace: 'shop', name }, condition: programmed };
}

function addressOf(name: string, ip = '10.0.0.1'): StatusDecision {
  return { resource: { kind: 'Ingress', namespace: 'shop', name }, addresses: [{ ip }] };
}

function stored(path: string): Record<string, unknown> {
  return (server.get(path)?.['status'] ?? {}) as Record<string, unknown>;
}

function writes(): SeenRequest[] {
  return server.requests.filter(({ method }) => method !== 'GET');
}

test('a condition is applied as ours alone, and those of others stay', async () => {
  await begin(new SystemClock());
  const foreign = { ...programmed, type: 'Ready', reason: 'Other' };
  known(PLUGINS, plugin('cors', [foreign]));
  writerOf().write([conditionOf('cors')]);
  await server.until(() => writes().length === 1);
  await turns();
  expect(stored('/apis/configuration.konghq.com/v1/namespaces/shop/kongplugins/cors')).toEqual({
    conditions: [foreign, programmed],
  });
  const [request] = writes();
  expect(request?.path).toMatch(/\/kongplugins\/cors\/status$/);
  expect(request?.contentType).toBe('application/apply-patch+yaml');
  expect(Object.fromEntries(request?.query ?? [])).toEqual({ fieldManager: 'silverback', force: 'true' });
  expect(request?.body).toEqual({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name: 'cors', namespace: 'shop' },
    status: { conditions: [programmed] },
  });
});

test('addresses are written with one request, and what an answer shows is not written again', async () => {
  await begin(new SystemClock());
  known(INGRESSES, ingress('web'));
  const writer = writerOf();
  writer.write([addressOf('web')]);
  await server.until(() => server.requests.length === 1);
  await turns();
  writer.write([addressOf('web')]);
  await turns();
  expect(writes()).toHaveLength(1);
  expect(server.requests).toHaveLength(1);
  expect(stored('/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web')).toEqual({
    loadBalancer: { ingress: [{ ip: '10.0.0.1' }] },
  });
  expect(statuses.get('Ingress', 'shop', 'web')?.addresses).toEqual([{ ip: '10.0.0.1' }]);
  expect(events).toEqual([{ type: 'written', kind: 'Ingress' }]);
});

test('after a conflict the object is read again', async () => {
  await begin(new SystemClock());
  known(INGRESSES, ingress('web'));
  server.put(INGRESSES, { ...ingress('web'), spec: { changed: true } });
  writerOf().write([addressOf('web')]);
  await server.until(() => server.requests.length === 3);
  await turns();
  expect(server.requests.map(({ method }) => method)).toEqual(['PATCH', 'GET', 'PATCH']);
  const object = server.get('/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web');
  expect([object?.['spec'], object?.['status']]).toEqual([
    { changed: true },
    { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } },
  ]);
});

test('of the ancestors of a policy only ours are replaced', async () => {
  await begin(new SystemClock());
  const foreign = { ancestorRef: { kind: 'Service', name: 'a' }, controllerName: 'other', conditions: [] };
  const old = { ...foreign, controllerName: 'silverback.dev/controller' };
  known(POLICIES, {
    apiVersion: 'configuration.konghq.com/v1beta1',
    kind: 'KongUpstreamPolicy',
    metadata: { name: 'sticky', namespace: 'shop' },
    status: { ancestors: [old, foreign] },
  });
  const resource = { kind: 'KongUpstreamPolicy', namespace: 'shop', name: 'sticky' };
  const ancestor = { kind: 'Service', namespace: 'shop', name: 'cart' };
  writerOf().write([{ resource, ancestors: [{ ancestor, conditions: [programmed] }] }]);
  await server.until(() => writes().length === 1);
  await turns();
  expect(
    stored('/apis/configuration.konghq.com/v1beta1/namespaces/shop/kongupstreampolicies/sticky'),
  ).toEqual({
    ancestors: [
      foreign,
      {
        ancestorRef: { group: 'core', kind: 'Service', namespace: 'shop', name: 'cart' },
        controllerName: 'silverback.dev/controller',
        conditions: [programmed],
      },
    ],
  });
  expect(statuses.get('KongUpstreamPolicy', 'shop', 'sticky')?.ancestors).toEqual([
    { ancestor, conditions: [programmed] },
  ]);
});

test('the condition of a licence stands in the entry of the controller', async () => {
  await begin(new SystemClock());
  known(LICENSES, {
    apiVersion: 'configuration.konghq.com/v1alpha1',
    kind: 'KongLicense',
    metadata: { name: 'main', uid: 'u' },
    status: { controllers: [{ controllerName: 'other' }] },
  });
  writerOf().write([
    { resource: { kind: 'KongLicense', namespace: '', name: 'main' }, condition: programmed },
  ]);
  await server.until(() => writes().length === 1);
  await turns();
  expect(stored(`${LICENSES}/main`)).toEqual({
    controllers: [
      { controllerName: 'other' },
      { controllerName: 'silverback.dev/controller', conditions: [programmed] },
    ],
  });
  expect(statuses.get('KongLicense', '', 'main')?.conditions).toEqual([programmed]);
});

test('writes are bounded, and what changed just now goes first', async () => {
  const time = new VirtualClock();
  await begin(time);
  const names = Array.from({ length: 12 }, (_, at) => `web-${at}`);
  for (const name of [...names, 'new']) known(INGRESSES, ingress(name));
  const writer = writerOf({ perSecond: 2, burst: 4 });
  const decisions = names.map((name) => addressOf(name));
  writer.write(decisions);
  await turns();
  expect(writes()).toHaveLength(4);
  writer.write([...decisions, addressOf('new')]);
  await advanceBy(time, 1000, 100);
  expect(writes()).toHaveLength(6);
  // Turns that wait for their time already take the newest too.
  expect(writes()[4]?.path).toMatch(/\/new\/status$/);
  await advanceUntil(time, () => writer.waiting === 0, 100);
  expect(writes()).toHaveLength(13);
  expect(time.now()).toBeGreaterThanOrEqual(4000);
});

test('what is no longer decided is not written, and a replica that must not write drops everything', async () => {
  const time = new VirtualClock();
  await begin(time);
  for (const name of ['a', 'b', 'c']) known(INGRESSES, ingress(name));
  let mayWrite = true;
  const writer = writerOf({ perSecond: 1, burst: 1, mayWrite: () => mayWrite });
  writer.write([addressOf('a'), addressOf('b'), addressOf('c')]);
  await turns();
  writer.drop({ kind: 'Ingress', namespace: 'shop', name: 'b' });
  await advanceBy(time, 5000);
  expect(writes().map(({ path }) => path.split('/').at(-2))).toEqual(['c', 'a']);
  mayWrite = false;
  writer.write([addressOf('b')]);
  await advanceBy(time, 5000);
  expect([writes().length, writer.waiting]).toEqual([2, 0]);
});

test('a kind that may not be written is told of once, and left alone for a while', async () => {
  const time = new VirtualClock();
  await begin(time);
  for (const name of ['a', 'b']) known(INGRESSES, ingress(name));
  known(PLUGINS, plugin('cors'));
  server.intercept = ({ path, method }) =>
    method === 'PATCH' && path.includes('/ingresses/') ? { status: 403, message: 'no patch' } : undefined;
  const writer = writerOf({ perSecond: 1, burst: 1 });
  const decisions = [addressOf('a'), addressOf('b'), conditionOf('cors')];
  writer.write(decisions);
  await advanceBy(time, 10_000);
  writer.write([addressOf('a'), addressOf('b')]);
  await advanceBy(time, 10_000);
  expect(events.map(({ type, kind }) => `${type} ${kind}`)).toEqual([
    'written KongPlugin',
    'forbidden Ingress',
  ]);
  expect(writes()).toHaveLength(2);
  server.intercept = () => undefined;
  await advanceBy(time, 300_000, 50_000);
  writer.write([addressOf('a'), addressOf('b')]);
  await advanceBy(time, 10_000);
  expect(events.filter(({ type, kind }) => type === 'written' && kind === 'Ingress')).toHaveLength(2);
});

test('an API server that fails is tried again later; what it refuses is not', async () => {
  const time = new VirtualClock();
  await begin(time);
  for (const name of ['a', 'b']) known(INGRESSES, ingress(name));
  let fault = { status: 503, message: 'away' };
  server.intercept = () => (fault.status === 200 ? undefined : fault);
  const writer = writerOf();
  writer.write([addressOf('a')]);
  await advanceBy(time, 10_000);
  const tries = writes().length;
  expect(tries).toBeGreaterThan(2);
  expect(tries).toBeLessThan(8);
  fault = { status: 200, message: '' };
  await advanceUntil(time, () => events.some(({ type }) => type === 'written'));
  fault = { status: 422, message: 'invalid' };
  writer.write([addressOf('b')]);
  await advanceBy(time, 5000);
  writer.write([addressOf('b')]);
  await advanceBy(time, 5000);
  expect(events.filter(({ type }) => type === 'refused')).toHaveLength(1);
});

test('an object that is gone is forgotten, and one made anew under the same name is not written to', async () => {
  await begin(new SystemClock());
  const before = known(PLUGINS, plugin('cors'));
  server.delete(PLUGINS, before);
  const writer = writerOf();
  writer.write([conditionOf('cors')]);
  await server.until(() => writes().length === 1);
  const again = plugin('cors');
  known(PLUGINS, { ...again, metadata: { ...again.metadata, uid: 'another' } });
  const { condition, resource } = conditionOf('cors');
  writer.write([{ resource: { ...resource, uid: 'uid-cors' }, ...(condition && { condition }) }]);
  await turns();
  expect(writes()).toHaveLength(1);
  expect(writer.waiting).toBe(0);
});

test('a flush waits for what is to be written, but not for ever', async () => {
  const time = new VirtualClock();
  await begin(time);
  for (const name of ['a', 'b', 'c']) known(INGRESSES, ingress(name));
  const writer = writerOf({ perSecond: 1, burst: 1 });
  writer.write([addressOf('a'), addressOf('b'), addressOf('c')]);
  let isDone = false;
  void writer.flush(1500).then(() => {
    isDone = true;
  });
  await advanceBy(time, 1000, 100);
  expect([isDone, writes().length]).toEqual([false, 2]);
  await advanceBy(time, 600, 100);
  expect([isDone, writer.waiting]).toEqual([true, 1]);
  await advanceBy(time, 2000, 100);
  await writer.flush(0);
  expect(writer.waiting).toBe(0);
});
