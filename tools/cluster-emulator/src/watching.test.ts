import { VirtualClock } from '@silverback/clock';
import { ingress, INGRESSES, secret, SECRETS, withCluster } from './testing/cluster.ts';

test(
  'tells what happens after a version, in order, and shows deleted objects as they were',
  withCluster(async (cluster) => {
    const since = cluster.emulator.revision;
    await cluster.post(SECRETS, secret('before'));
    const watch = await cluster.watch(`${SECRETS}?resourceVersion=${since}`);
    await cluster.mergePatch(`${SECRETS}/before`, { data: { key: 'eA==' } });
    await cluster.delete(`${SECRETS}/before`);
    expect(await watch.take(2)).toEqual(['ADDED before', 'MODIFIED before']);
    const last = await watch.next();
    expect(last?.type).toBe('DELETED');
    expect(last?.object).toMatchObject({
      kind: 'Secret',
      apiVersion: 'v1',
      data: { key: 'eA==' },
      metadata: { resourceVersion: String(cluster.emulator.revision) },
    });
  }),
);

test.each([
  ['no version', ''],
  ['version 0', '?resourceVersion=0'],
])('with %s it tells of what is there first', (_case, query) =>
  withCluster(async (cluster) => {
    cluster.emulator.objects.load([secret('a'), secret('b')]);
    const watch = await cluster.watch(SECRETS + query);
    await cluster.post(SECRETS, secret('c'));
    expect(await watch.take(3)).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
  })(),
);

test(
  'an object that a selector begins or ceases to select comes and goes',
  withCluster(async (cluster) => {
    await cluster.post(SECRETS, secret('a'));
    const watch = await cluster.watch(
      `${SECRETS}?resourceVersion=${cluster.emulator.revision}&labelSelector=on`,
    );
    await cluster.mergePatch(`${SECRETS}/a`, { metadata: { labels: { on: '1' } } });
    await cluster.mergePatch(`${SECRETS}/a`, { metadata: { labels: { on: '2' } } });
    await cluster.mergePatch(`${SECRETS}/a`, { metadata: { labels: { on: null } } });
    expect(await watch.take(3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  }),
);

test(
  'streams the initial list and says where it ends',
  withCluster(async (cluster) => {
    cluster.emulator.objects.load([secret('a'), secret('b')]);
    const revision = cluster.emulator.revision;
    const watch = await cluster.watch(
      `${SECRETS}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    expect(await watch.take(2)).toEqual(['ADDED a', 'ADDED b']);
    expect(await watch.next()).toMatchObject({
      type: 'BOOKMARK',
      object: {
        kind: 'Secret',
        metadata: {
          resourceVersion: String(revision),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    });
  }),
);

test.each([
  ['without a match', '?sendInitialEvents=true', true],
  ['by an older API server', '?sendInitialEvents=true&resourceVersionMatch=NotOlderThan', false],
  ['as a match without it', '?resourceVersionMatch=NotOlderThan', true],
])('the streamed list is refused %s', (_case, query, offersInitialEvents) =>
  withCluster(
    async (cluster) => {
      const answer = await cluster.ask(`${SECRETS}${query}&watch=true`);
      expect([answer.status, answer.body['reason']]).toEqual([422, 'Invalid']);
    },
    { offersInitialEvents },
  )(),
);

test('bookmarks tell the revision from time to time, to who allows them', async () => {
  const clock = new VirtualClock();
  await withCluster(
    async (cluster) => {
      const query = `?resourceVersion=${cluster.emulator.revision}`;
      const watch = await cluster.watch(`${SECRETS}${query}&allowWatchBookmarks=true&timeoutSeconds=90`);
      const plain = await cluster.watch(`${SECRETS}${query}&timeoutSeconds=90`);
      await cluster.post(INGRESSES, ingress('elsewhere'));
      await clock.advance(60_000);
      expect(await watch.take(1)).toEqual([`BOOKMARK ${cluster.emulator.revision}`]);
      // Once more before the end that the client asked for.
      await clock.advance(30_000);
      expect(await watch.take(2)).toEqual([`BOOKMARK ${cluster.emulator.revision}`]);
      expect(await plain.take(1)).toEqual([]);
    },
    { clock },
  )();
});

test(
  'a version that is forgotten is told within the watch, with status 200',
  withCluster(async (cluster) => {
    const since = cluster.emulator.revision;
    await cluster.post(SECRETS, secret('a'));
    cluster.emulator.compact();
    const watch = await cluster.watch(`${SECRETS}?resourceVersion=${since}`);
    expect(watch.status).toBe(200);
    expect(await watch.next()).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', reason: 'Expired', code: 410 },
    });
    expect(await watch.next()).toBeUndefined();
  }),
);

test(
  'or with status 410, if that is wanted',
  withCluster(
    async (cluster) => {
      const since = cluster.emulator.revision;
      await cluster.post(SECRETS, secret('a'));
      cluster.emulator.compact();
      const { status, body } = await cluster.ask(`${SECRETS}?resourceVersion=${since}&watch=true`);
      expect([status, body['reason']]).toEqual([410, 'Expired']);
    },
    { refusesExpiredWatches: true },
  ),
);

test(
  'many watches are told of every event, and an end of one is noticed',
  withCluster(async (cluster) => {
    const watches = await Promise.all(
      Array.from({ length: 20 }, () => cluster.watch(`${SECRETS}?resourceVersion=0`)),
    );
    expect(cluster.emulator.watches({ plural: 'secrets' })).toBe(20);
    for (const name of ['a', 'b']) await cluster.post(SECRETS, secret(name));
    for (const watch of watches) expect(await watch.take(2)).toEqual(['ADDED a', 'ADDED b']);
    cluster.emulator.closeWatches({ plural: 'secrets' });
    await cluster.emulator.until(() => cluster.emulator.watches() === 0);
    expect(await watches[0]?.next()).toBeUndefined();
  }),
);

test(
  'a watch that asks for metadata as a list ends without a word',
  withCluster(async (cluster) => {
    cluster.emulator.objects.load([secret('a')]);
    const as = (kind: string) => `application/json;as=${kind};g=meta.k8s.io;v=v1`;
    const watch = await cluster.watch(SECRETS, as('PartialObjectMetadataList'));
    expect([watch.status, await watch.next()]).toEqual([200, undefined]);
    const right = await cluster.watch(SECRETS, as('PartialObjectMetadata'));
    expect(await right.next()).toMatchObject({ type: 'ADDED', object: { kind: 'PartialObjectMetadata' } });
    const list = await cluster.ask(SECRETS, { accept: as('PartialObjectMetadata') });
    expect([list.status, list.body['reason']]).toEqual([406, 'NotAcceptable']);
  }),
);
