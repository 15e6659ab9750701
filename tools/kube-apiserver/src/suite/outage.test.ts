import { TestClient, TestCluster } from '../testing/cluster.ts';
import { Gate } from '../testing/gate.ts';
import { collectionOf, sampleOf } from '../testing/samples.ts';
import { WatchedSource } from '../testing/watched-source.ts';

// What happens to the source when the API server goes away, forgets, or has no more patience.

const SERVICES = collectionOf('Service', 'shop');

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
  await cluster.namespace('shop');
});
afterEach(() => cluster.close());

const create = (name: string) => cluster.admin.create(SERVICES, sampleOf('Service', name, 'shop'));

test('a restart of the API server loses nothing, and watches go on', async () => {
  await create('before');
  const watched = new WatchedSource(cluster.admin.http);
  try {
    await watched.start();
    await watched.until(() => watched.source.isLive);
    await cluster.controlPlane.stopApiServer('SIGKILL');
    await watched.until(() => !watched.source.isLive);
    expect(watched.objects.has('Service/shop/before')).toBe(true);
    await cluster.controlPlane.startApiServer();
    await cluster.admin.delete(`${SERVICES}/before`);
    await create('after');
    await watched.until(() => watched.objects.has('Service/shop/after') && watched.source.isLive);
    await watched.until(() => !watched.objects.has('Service/shop/before'));
    // An API server that has just started may not know the version of the watch any more: then all is listed, and told, again.
    const told = watched.changes.filter((change) => change.endsWith('/shop/before'));
    expect(told.filter((change) => change.startsWith('delete'))).toEqual([told.at(-1)]);
    await watched.until(() => watched.problems.length === 0);
  } finally {
    await watched.stop();
  }
});

test('what came and went while the API server forgot it is found out by listing again', async () => {
  for (const name of ['kept', 'gone']) await create(name);
  const gate = await Gate.before(cluster.controlPlane.url);
  const client = new TestClient({ ...cluster.connection(cluster.controlPlane.adminToken), server: gate.url });
  const watched = new WatchedSource(client.http);
  try {
    await watched.start();
    await watched.until(() => watched.source.isLive);
    gate.shut();
    await watched.until(() => !watched.source.isLive);
    await cluster.admin.delete(`${SERVICES}/gone`);
    await create('new');
    await cluster.controlPlane.compact();
    // Its cache of watches would still know.
    await cluster.controlPlane.stopApiServer();
    await cluster.controlPlane.startApiServer();
    gate.open();
    await watched.until(() => watched.objects.has('Service/shop/new'));
    expect(watched.objects.has('Service/shop/gone')).toBe(false);
    expect(watched.objects.has('Service/shop/kept')).toBe(true);
    expect(watched.listsOf('Service')).toEqual(['start', 'expired']);
  } finally {
    await watched.stop();
    await client.close();
    await gate.close();
  }
});

test('a page that is asked for too late is refused with 410, and the list begins anew', async () => {
  const { admin } = cluster;
  for (const name of ['a', 'b', 'c']) await create(name);
  const first = (await admin.get(SERVICES, { limit: '1' })) as unknown as { metadata: { continue: string } };
  await create('d');
  await cluster.controlPlane.compact();
  await cluster.controlPlane.stopApiServer();
  await cluster.controlPlane.startApiServer();
  const refusal = await admin.refusal({
    path: SERVICES,
    query: { limit: '1', continue: first.metadata.continue },
  });
  expect(refusal).toMatchObject({ status: 410 });
});

test('an API server without streamed lists is read in pages', async () => {
  const older = await TestCluster.start({ apiServerArguments: ['--feature-gates=WatchList=false'] });
  const watched = new WatchedSource(older.admin.http);
  try {
    await older.namespace('shop');
    for (const name of ['a', 'b']) {
      await older.admin.create(SERVICES, sampleOf('Service', name, 'shop'));
    }
    await watched.start();
    expect(watched.objects.has('Service/shop/b')).toBe(true);
    await older.admin.create(SERVICES, sampleOf('Service', 'c', 'shop'));
    await watched.until(() => watched.objects.has('Service/shop/c'));
    expect(watched.listsOf('Service')).toEqual(['start']);
  } finally {
    await watched.stop();
    await older.close();
  }
});
