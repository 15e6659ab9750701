import { INGRESSES, ingress, secret, SECRETS, withCluster, type Answer } from './testing/cluster.ts';

function names({ body }: Answer): string[] {
  return (body['items'] as unknown as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}

function text(value: unknown): string {
  return value as string;
}

test(
  'a page of a list says how many come after it, and the pages together show one moment',
  withCluster(async (cluster) => {
    cluster.emulator.objects.load(['a', 'b', 'c', 'd', 'e'].map((name) => secret(name)));
    const first = await cluster.ask(`${SECRETS}?limit=2`);
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.body['metadata']).toMatchObject({ remainingItemCount: 3 });
    // What changes meanwhile belongs to another moment.
    await cluster.delete(`${SECRETS}/c`);
    await cluster.post(SECRETS, secret('ba'));
    await cluster.mergePatch(`${SECRETS}/d`, { metadata: { labels: { late: 'yes' } } });
    const next = async (page: Answer) => {
      const token = encodeURIComponent(text(page.body['metadata']?.['continue']));
      return cluster.ask(`${SECRETS}?limit=2&continue=${token}`);
    };
    const second = await next(first);
    expect(names(second)).toEqual(['c', 'd']);
    expect(second.body['items']?.[1]?.['metadata']).not.toHaveProperty('labels');
    const third = await next(second);
    expect(names(third)).toEqual(['e']);
    expect(third.body['metadata']).toEqual({ resourceVersion: first.body['metadata']?.['resourceVersion'] });
    expect(names(await cluster.ask(SECRETS))).toEqual(['a', 'b', 'ba', 'd', 'e']);
  }),
);

test(
  'a continue token whose moment is forgotten is answered with 410 and a token that goes on without consistency',
  withCluster(async (cluster) => {
    cluster.emulator.objects.load(['a', 'b', 'c'].map((name) => secret(name)));
    const first = await cluster.ask(`${SECRETS}?limit=1`);
    await cluster.delete(`${SECRETS}/b`);
    cluster.emulator.compact();
    const follow = (page: Answer) =>
      cluster.ask(`${SECRETS}?limit=1&continue=${text(page.body['metadata']?.['continue'])}`);
    const expired = await follow(first);
    expect(expired.status).toBe(410);
    expect(expired.body).toMatchObject({ kind: 'Status', reason: 'Expired', code: 410 });
    expect(names(await follow(expired))).toEqual(['c']);
  }),
);

describe('resource versions of lists', () => {
  const run = (check: (ask: (query: string) => Promise<Answer>, old: string) => Promise<void>) =>
    withCluster(async (cluster) => {
      cluster.emulator.objects.load([secret('a')]);
      const old = String(cluster.emulator.revision);
      cluster.emulator.objects.load([secret('b')]);
      await check((query) => cluster.ask(`${SECRETS}?${query}`), old);
    });

  test.each([
    ['nothing: the newest', '', ['a', 'b']],
    ['0: the newest', 'resourceVersion=0', ['a', 'b']],
    ['0 with a limit: all at once, out of the cache', 'resourceVersion=0&limit=1', ['a', 'b']],
    ['a version: not older than that', 'resourceVersion=OLD', ['a', 'b']],
    ['a version with a limit: exactly that', 'resourceVersion=OLD&limit=5', ['a']],
    ['exactly', 'resourceVersion=OLD&resourceVersionMatch=Exact', ['a']],
    ['not older than', 'resourceVersion=OLD&resourceVersionMatch=NotOlderThan&limit=5', ['a', 'b']],
  ])('%s', (_case, query, expected) =>
    run(async (ask, old) => {
      expect(names(await ask(query.replace('OLD', old)))).toEqual(expected);
    })(),
  );

  test.each([
    ['a match without a version', 'resourceVersionMatch=Exact', 422, 'Invalid'],
    ['exactly 0', 'resourceVersion=0&resourceVersionMatch=Exact', 422, 'Invalid'],
    ['no number', 'resourceVersion=latest', 400, 'BadRequest'],
    ['a version that is not there yet', 'resourceVersion=9000000', 504, 'Timeout'],
    ['a token that is none', 'continue=nonsense', 400, 'BadRequest'],
  ])('%s is refused', (_case, query, status, reason) =>
    run(async (ask) => {
      const answer = await ask(query);
      expect([answer.status, answer.body['reason']]).toEqual([status, reason]);
    })(),
  );

  test(
    'an exact version that is forgotten is answered with 410',
    withCluster(async (cluster) => {
      const old = cluster.emulator.revision;
      cluster.emulator.objects.load([secret('a')]);
      cluster.emulator.compact();
      const answer = await cluster.ask(`${SECRETS}?resourceVersion=${old}&resourceVersionMatch=Exact`);
      expect([answer.status, answer.body['reason']]).toEqual([410, 'Expired']);
    }),
  );
});

test.each([
  ['labelSelector=tier%3Dfront', ['a']],
  ['labelSelector=tier!%3Dfront', ['b', 'c']],
  ['labelSelector=tier in (front,back)', ['a', 'b']],
  ['labelSelector=tier notin (front)', ['b', 'c']],
  ['labelSelector=tier', ['a', 'b']],
  ['labelSelector=!tier', ['c']],
  ['labelSelector=tier,tier notin (front,x)', ['b']],
  ['fieldSelector=metadata.name%3Db', ['b']],
  ['fieldSelector=metadata.namespace%3Dother', []],
  ['fieldSelector=type!%3Dhelm.sh/release.v1', ['a', 'b']],
  ['fieldSelector=type!%3Dhelm.sh/release.v1,metadata.name!%3Da', ['b']],
])('selects by %s', (query, expected) =>
  withCluster(async (cluster) => {
    const labelled = (name: string, labels: Record<string, string>) => ({
      ...secret(name),
      metadata: { name, namespace: 'default', labels },
    });
    cluster.emulator.objects.load([
      labelled('a', { tier: 'front' }),
      labelled('b', { tier: 'back' }),
      secret('c', { type: 'helm.sh/release.v1' }),
    ]);
    expect(names(await cluster.ask(`${SECRETS}?${query}`))).toEqual(expected);
  })(),
);

test.each([
  [SECRETS, 'fieldSelector=data%3Dx', 'field label not supported: data'],
  [INGRESSES, 'fieldSelector=type%3Dx', 'field label not supported: type'],
  [SECRETS, 'labelSelector=a b', 'unable to parse requirement: a b'],
])('%s?%s is refused', (path, query, message) =>
  withCluster(async (cluster) => {
    const { status, body } = await cluster.ask(`${path}?${query}`);
    expect([status, body['message']]).toEqual([400, message]);
  })(),
);

test(
  'items of a list say neither kind nor version, single objects do',
  withCluster(async (cluster) => {
    await cluster.post(INGRESSES, ingress('a'));
    const list = await cluster.ask('/apis/networking.k8s.io/v1/ingresses');
    expect(list.body).toMatchObject({ kind: 'IngressList', apiVersion: 'networking.k8s.io/v1' });
    expect(list.body['items']?.[0]).not.toHaveProperty('kind');
    const one = await cluster.ask(`${INGRESSES}/a`);
    expect(one.body).toMatchObject({ kind: 'Ingress', apiVersion: 'networking.k8s.io/v1' });
  }),
);

test(
  'only metadata is shown to who asks for that',
  withCluster(async (cluster) => {
    await cluster.post(SECRETS, secret('a', { data: { key: 'eA==' } }));
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const { body } = await cluster.ask(SECRETS, { accept });
    expect(body).toMatchObject({
      kind: 'PartialObjectMetadataList',
      items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' } }],
    });
    expect(body['items']?.[0]).not.toHaveProperty('data');
  }),
);

test.each([
  ['an object', `${SECRETS}/a`, 404, 'secrets "a" not found'],
  ['a kind', '/apis/networking.k8s.io/v1/gateways', 404, undefined],
  ['a group', '/apis/example.com/v1/things', 404, undefined],
  ['a status of a kind without', `${SECRETS}/a/status`, 404, undefined],
])('%s that is not there is answered with 404', (_case, path, status, message) =>
  withCluster(async (cluster) => {
    const answer = await cluster.ask(path);
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  })(),
);

test(
  'objects that are put in keep the managers that they name, and get none besides',
  withCluster(async (cluster) => {
    const managedFields = [{ manager: 'somebody', operation: 'Update' }];
    const { objects } = cluster.emulator;
    const plain = secret('plain');
    objects.load([plain, { ...plain, metadata: { ...plain.metadata, name: 'managed', managedFields } }]);
    const managersOf = async (name: string) => (await cluster.ask(`${SECRETS}/${name}`)).body['metadata'];
    expect(await managersOf('managed')).toMatchObject({ managedFields });
    expect(await managersOf('plain')).not.toHaveProperty('managedFields');
  }),
);
