import { kongDefinitions, type Fault } from '@silverback/cluster-emulator';
import { startEmulatedCluster, type EmulatedCluster } from './testing/emulated-cluster.ts';
import { commonHash } from './testing/emulated-fleet.ts';
import { ingressManifest, rateLimitManifest, serviceManifest } from './testing/manifests.ts';
import type { RunningSilverback } from './testing/running-silverback.ts';

const LIMIT = rateLimitManifest('limit', 5);

let set: EmulatedCluster;

beforeEach(async () => {
  set = await startEmulatedCluster(3);
  const { cluster } = set;
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(LIMIT);
  cluster.loadYaml(ingressManifest('shop', '/', 'web', { 'konghq.com/plugins': 'limit' }));
});
afterEach(async () => {
  await set.close();
});

/** Resolves when the controller knows that every proxy holds what it should. */
async function inSync(controller: RunningSilverback): Promise<void> {
  await controller.until(() => {
    const states = new Map(
      controller.lines.filter(({ event }) => event === 'state-changed').map(({ proxy, to }) => [proxy, to]),
    );
    return states.size === 3 && [...states.values()].every((state) => state === 'in-sync');
  });
}

/** Has the proxies programmed by a controller that has ended since. */
async function programmed(settings?: Readonly<Record<string, unknown>>): Promise<string> {
  const first = set.run(settings);
  await inSync(first);
  await first.stop();
  return commonHash(set.proxies) ?? '';
}

function pushes(): readonly number[] {
  return set.proxies.map((proxy) => proxy.pushes.length);
}

test('a controller that knows nothing of the one before sends nothing to proxies that hold what they should', async () => {
  const hash = await programmed();
  await inSync(set.run());
  expect(pushes()).toEqual([1, 1, 1]);
  expect(commonHash(set.proxies)).toBe(hash);
});

test('what Kong refuses stays held by a controller that has no files of the one before', async () => {
  const first = set.run();
  await inSync(first);
  set.cluster.loadYaml(rateLimitManifest('limit', -1));
  await first.line({ event: 'quarantined' });
  await inSync(first);
  await first.stop();
  const [hash, before] = [commonHash(set.proxies), pushes()];
  const second = set.run();
  await inSync(second);
  expect([commonHash(set.proxies), pushes()]).toEqual([hash, before]);
  const { body } = await second.health('/fleets');
  expect(JSON.parse(body)).toMatchObject([
    { desired: { hash, routes: 1 }, held: [{ root: 'KongPlugin/shop/limit', instead: 'previous' }] },
  ]);
});

test.each<[string, Fault]>([
  ['may not list Ingresses', { type: 'refuse', status: 403, on: { plural: 'ingresses' } }],
  ['fails to list Services', { type: 'refuse', status: 500, on: { plural: 'services' } }],
  ['gets no Secrets for the time being', { type: 'refuse', status: 503, on: { plural: 'secrets' } }],
  ['hears nothing of plugins', { type: 'silence', on: { plural: 'kongplugins' } }],
])('nothing is lost where a controller that starts %s', async (_, fault) => {
  const hash = await programmed();
  const { cluster } = set;
  const end = cluster.fault(fault);
  cluster.loadYaml(ingressManifest('cart', '/cart', 'web'));
  const controller = set.run();
  // Faults are about lists and watches alike, because lists come within watches. It has had the time to read all that it can.
  await cluster.until(() => cluster.watches({ plural: 'endpointslices' }) > 0);
  expect(await controller.health('/readyz')).toMatchObject({ status: 503 });
  expect(commonHash(set.proxies)).toBe(hash);
  expect(pushes()).toEqual([1, 1, 1]);
  end();
  if (fault.type === 'silence') cluster.cutConnections();
  await controller.until(() => ![hash, undefined].includes(commonHash(set.proxies)));
  expect(pushes()).toEqual([2, 2, 2]);
});

test('routes stay where the definition of plugins is missing for a while when a controller starts', async () => {
  const settings = { stateDirectory: 'state' };
  const hash = await programmed(settings);
  const { cluster } = set;
  cluster.objects.delete({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: 'kongplugins.configuration.konghq.com',
  });
  const controller = set.run(settings);
  // Without its plugin the route would not be served, so nothing is sent for a minute.
  await controller.line({ event: 'shrink-held' });
  await controller.line({ event: 'leadership', state: 'leader' });
  cluster.objects.load(kongDefinitions());
  cluster.loadYaml(LIMIT);
  await controller.line({ event: 'kind-appeared', kind: 'KongPlugin' });
  cluster.loadYaml(ingressManifest('cart', '/cart', 'web'));
  await controller.until(() => ![hash, undefined].includes(commonHash(set.proxies)));
  expect(pushes()).toEqual([2, 2, 2]);
  const { body } = await controller.health('/fleets');
  expect(JSON.parse(body)).toMatchObject([{ desired: { routes: 2 }, problems: [] }]);
});
