import { resourceKey, RESOURCE_TYPES } from '@silverback/cluster-state';
import { TestCluster } from '../testing/cluster.ts';
import { DEFINITIONS, install, referenceGrants, shippedDefinitions } from '../testing/definitions.ts';
import { collectionOf, KINDS, sampleOf } from '../testing/samples.ts';
import { WatchedSource } from '../testing/watched-source.ts';

// What the source of resources sees of a real API server.

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
  await install(cluster.admin, [...shippedDefinitions(), referenceGrants('v1', 'v1beta1')]);
  await cluster.namespace('shop');
});
afterAll(() => cluster.close());

const keyOfKind = (kind: (typeof KINDS)[number], name: string): string =>
  resourceKey(kind, RESOURCE_TYPES[kind].namespaced ? 'shop' : '', name);

test('every kind is listed, and watched from there on', async () => {
  const { admin } = cluster;
  for (const kind of KINDS) await admin.create(collectionOf(kind, 'shop'), sampleOf(kind, 'listed', 'shop'));
  const watched = new WatchedSource(admin.http);
  try {
    await watched.start();
    const missing = KINDS.filter((kind) => !watched.objects.has(keyOfKind(kind, 'listed')));
    expect({ missing, problems: watched.problems }).toEqual({ missing: [], problems: [] });
    await watched.until(() => watched.source.isLive);
    for (const kind of KINDS)
      await admin.create(collectionOf(kind, 'shop'), sampleOf(kind, 'watched', 'shop'));
    await watched.until(() => KINDS.every((kind) => watched.objects.has(keyOfKind(kind, 'watched'))));
    for (const kind of KINDS) {
      await admin.patch(`${collectionOf(kind, 'shop')}/watched`, {
        metadata: { annotations: { changed: 'yes' } },
      });
      await admin.delete(`${collectionOf(kind, 'shop')}/watched`);
    }
    await watched.until(() => KINDS.every((kind) => !watched.objects.has(keyOfKind(kind, 'watched'))));
    expect(KINDS.map((kind) => watched.listsOf(kind))).toEqual(KINDS.map(() => ['start']));
  } finally {
    await watched.stop();
  }
});

test('5,000 objects come whole, whether in pages or streamed', async () => {
  const { admin } = cluster;
  const names = Array.from({ length: 5000 }, (_, index) => `many-${index}`);
  for (let at = 0; at < names.length; at += 50) {
    const some = names.slice(at, at + 50);
    await Promise.all(
      some.map((name) =>
        admin.create(collectionOf('ConfigMap', 'shop'), sampleOf('ConfigMap', name, 'shop')),
      ),
    );
  }
  const watched = new WatchedSource(admin.http);
  try {
    await watched.start();
    expect(names.filter((name) => !watched.objects.has(keyOfKind('ConfigMap', name)))).toEqual([]);
  } finally {
    await watched.stop();
  }
});

test('kinds come and go with their definitions while it runs, and objects outlast theirs', async () => {
  const { admin } = cluster;
  const watched = new WatchedSource(admin.http);
  const definition = shippedDefinitions().find(({ spec }) => spec.names.kind === 'KongVault');
  if (definition === undefined) throw new Error('there is no definition of KongVault');
  const path = `${DEFINITIONS}/${definition.metadata.name}`;
  const vaults = collectionOf('KongVault', 'shop');
  const happened = (type: string) => () =>
    watched.events.some((event) => 'kind' in event && event.type === type && event.kind === 'KongVault');
  await admin.apply(`${vaults}/kept`, sampleOf('KongVault', 'kept', 'shop'));
  try {
    await watched.start();
    expect(watched.source.apiVersionOf('KongVault')).toBe('configuration.konghq.com/v1alpha1');
    await watched.until(() => watched.source.isLive);
    await admin.delete(path);
    await watched.until(happened('vanished'));
    expect(watched.objects.has('KongVault//kept')).toBe(true);
    expect([watched.source.apiVersionOf('KongVault'), watched.source.isSynced]).toEqual([undefined, true]);
    await install(admin, [definition]);
    await watched.until(happened('appeared'));
    // It is empty now: what its objects were is over, as the API server says.
    await watched.until(() => !watched.objects.has('KongVault//kept'));
    await admin.create(vaults, sampleOf('KongVault', 'new', 'shop'));
    await watched.until(() => watched.objects.has('KongVault//new'));
  } finally {
    await watched.stop();
  }
});

test('of several served versions the preferred one is read, and another when that is no longer served', async () => {
  const { admin } = cluster;
  const watched = new WatchedSource(admin.http);
  const key = keyOfKind('ReferenceGrant', 'versions');
  try {
    await watched.start();
    expect(watched.source.apiVersionOf('ReferenceGrant')).toBe('gateway.networking.k8s.io/v1');
    await admin.delete(`${DEFINITIONS}/referencegrants.gateway.networking.k8s.io`);
    await watched.until(() => watched.source.apiVersionOf('ReferenceGrant') === undefined);
    await install(admin, [referenceGrants('v1beta1')]);
    await watched.until(
      () => watched.source.apiVersionOf('ReferenceGrant') === 'gateway.networking.k8s.io/v1beta1',
    );
    await admin.create(
      collectionOf('ReferenceGrant', 'shop', 'gateway.networking.k8s.io/v1beta1'),
      sampleOf('ReferenceGrant', 'versions', 'shop', 1),
    );
    await watched.until(() => watched.objects.has(key));
    await install(admin, [referenceGrants('v1beta1', 'v1')]);
    await watched.until(
      () => watched.source.apiVersionOf('ReferenceGrant') === 'gateway.networking.k8s.io/v1',
    );
    await watched.until(() => watched.source.isLive);
    expect(watched.objects.has(key)).toBe(true);
  } finally {
    await watched.stop();
  }
});

test('with namespaces given only theirs are watched, but Services of the Admin APIs always', async () => {
  const { admin } = cluster;
  for (const name of ['one', 'two', 'kong']) {
    await cluster.namespace(name);
    await admin.create(collectionOf('Service', name), sampleOf('Service', 'web', name));
    await admin.create(collectionOf('KongPlugin', name), sampleOf('KongPlugin', 'cors', name));
  }
  const watched = new WatchedSource(admin.http, { namespaces: ['one'], serviceNamespaces: ['kong'] });
  try {
    await watched.start();
    const seen = [...watched.objects.keys()].filter((key) => /^(Service|KongPlugin)\//.test(key)).sort();
    expect(seen).toEqual(['KongPlugin/one/cors', 'Service/kong/web', 'Service/one/web']);
  } finally {
    await watched.stop();
  }
});

test('Secrets of Helm and of tokens are not asked for', async () => {
  const { admin } = cluster;
  const secrets = collectionOf('Secret', 'shop');
  const labels = { 'konghq.com/credential': 'key-auth' };
  for (const [name, type] of [
    ['release', 'helm.sh/release.v1'],
    ['bootstrap', 'bootstrap.kubernetes.io/token'],
  ]) {
    await admin.create(secrets, { metadata: { name, labels }, type, stringData: { key: 'x' } });
  }
  const watched = new WatchedSource(admin.http);
  try {
    await watched.start();
    const names = [...watched.objects.keys()].filter((key) => key.startsWith('Secret/'));
    expect(names).toContain('Secret/shop/listed');
    expect(names.filter((key) => /release|bootstrap/.test(key))).toEqual([]);
  } finally {
    await watched.stop();
  }
});
