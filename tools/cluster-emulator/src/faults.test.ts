import { VirtualClock } from '@silverback/clock';
import { ingress, INGRESSES, secret, SECRETS, withCluster } from './testing/cluster.ts';

test(
  'requests that are meant are refused as often as wanted, others are not',
  withCluster(async (cluster) => {
    cluster.emulator.fault({
      type: 'refuse',
      status: 429,
      retryAfterSeconds: 3,
      on: { plural: 'secrets' },
      times: 1,
    });
    expect((await cluster.ask(INGRESSES)).status).toBe(200);
    const refused = await cluster.ask(SECRETS);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('3');
    expect(refused.body).toMatchObject({ reason: 'TooManyRequests', details: { retryAfterSeconds: 3 } });
    expect((await cluster.ask(SECRETS)).status).toBe(200);
  }),
);

test.each([
  ['before it is done', 'before', 404],
  ['when it is done', 'after', 200],
] as const)('a connection is cut %s', (_case, when, then) =>
  withCluster(async (cluster) => {
    const end = cluster.emulator.fault({ type: 'cut', when, on: { verb: 'create' } });
    await expect(cluster.post(SECRETS, secret('a'))).rejects.toThrow('fetch failed');
    end();
    expect((await cluster.ask(`${SECRETS}/a`)).status).toBe(then);
    expect(cluster.emulator.traffic.counts).toMatchObject({ 'create secrets 0': 1 });
  })(),
);

test('an answer comes later', async () => {
  const clock = new VirtualClock();
  await withCluster(
    async (cluster) => {
      cluster.emulator.fault({ type: 'delay', ms: 5_000, on: { verb: 'list' } });
      let answered = false;
      const asking = cluster.ask(SECRETS).then(() => (answered = true));
      while (clock.pendingTimers === 0) await new Promise(setImmediate);
      await clock.advance(4_999);
      expect(answered).toBe(false);
      await clock.advance(1);
      await asking;
    },
    { clock },
  )();
});

test(
  'reads show an earlier moment',
  withCluster(async (cluster) => {
    await cluster.post(SECRETS, secret('a', { data: { key: 'b2xk' } }));
    const revision = cluster.emulator.revision;
    await cluster.mergePatch(`${SECRETS}/a`, { data: { key: 'bmV3' } });
    cluster.emulator.fault({ type: 'stale', revision });
    expect((await cluster.ask(`${SECRETS}/a`)).body).toMatchObject({ data: { key: 'b2xk' } });
    const { body } = await cluster.ask(SECRETS);
    expect(body).toMatchObject({
      metadata: { resourceVersion: String(revision) },
      items: [{ data: { key: 'b2xk' } }],
    });
  }),
);

test(
  'a watch falls silent, and its connection stays open',
  withCluster(async (cluster) => {
    const silent = await cluster.watch(`${SECRETS}?resourceVersion=0`);
    const other = await cluster.watch(`${INGRESSES}?resourceVersion=0`);
    cluster.emulator.silenceWatches({ plural: 'secrets' });
    await cluster.post(SECRETS, secret('a'));
    cluster.emulator.closeWatches();
    await cluster.post(INGRESSES, ingress('b'));
    expect(await other.next()).toBeUndefined();
    expect(cluster.emulator.watches({ plural: 'secrets' })).toBe(1);
    const heard = await Promise.race([
      silent.next(),
      new Promise((resolve) => setImmediate(resolve, 'nothing')),
    ]);
    expect(heard).toBe('nothing');
  }),
);

test(
  'watches are told in the middle that what they have is too old',
  withCluster(async (cluster) => {
    const watch = await cluster.watch(`${SECRETS}?resourceVersion=0`);
    cluster.emulator.expireWatches({ plural: 'secrets' });
    expect(await watch.take(2)).toEqual(['ERROR 410']);
  }),
);

test(
  'the API server goes away and comes back with everything, at the same address',
  withCluster(async (cluster) => {
    await cluster.post(SECRETS, secret('a'));
    const watch = await cluster.watch(`${SECRETS}?resourceVersion=${cluster.emulator.revision}`);
    await cluster.emulator.stopListening();
    await expect(watch.next()).rejects.toThrow();
    await expect(cluster.ask(SECRETS)).rejects.toThrow('fetch failed');
    await cluster.emulator.listenAgain();
    expect((await cluster.ask(`${SECRETS}/a`)).status).toBe(200);
  }),
);

describe('who asks', () => {
  const VIEWER = {
    name: 'system:serviceaccount:kong:viewer',
    tokens: ['view'],
    rules: [
      { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'], namespaces: ['default'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['patch'] },
    ],
  };
  test.each([
    ['may do what the rules say', 'GET', SECRETS, 'view', 200, undefined],
    [
      'may do nothing else',
      'DELETE',
      `${SECRETS}/a`,
      'view',
      403,
      `secrets "a" is forbidden: User "${VIEWER.name}" cannot delete resource "secrets" in API group "" in the namespace "default"`,
    ],
    [
      'may not do it elsewhere',
      'GET',
      '/api/v1/secrets',
      'view',
      403,
      `secrets is forbidden: User "${VIEWER.name}" cannot list resource "secrets" in API group "" at the cluster scope`,
    ],
    [
      'may not do more than the part',
      'PATCH',
      `${INGRESSES}/a`,
      'view',
      403,
      `ingresses.networking.k8s.io "a" is forbidden: User "${VIEWER.name}" cannot patch resource "ingresses" in API group "networking.k8s.io" in the namespace "default"`,
    ],
    ['is not known', 'GET', SECRETS, 'nobody', 401, 'Unauthorized'],
  ])('%s', (_case, method, path, token, status, message) =>
    withCluster(
      async (cluster) => {
        const answer = await cluster.ask(path, { method, token });
        expect([answer.status, answer.body['message']]).toEqual([status, message]);
      },
      { users: [VIEWER] },
    )(),
  );

  test(
    'may change while the cluster runs',
    withCluster(
      async (cluster) => {
        cluster.emulator.setUser({ ...VIEWER, tokens: ['next'] });
        expect((await cluster.ask(SECRETS, { token: 'view' })).status).toBe(401);
        expect((await cluster.ask(SECRETS, { token: 'next' })).status).toBe(200);
        cluster.emulator.removeUser(VIEWER.name);
        expect((await cluster.ask(SECRETS, { token: 'next' })).status).toBe(401);
      },
      { users: [VIEWER] },
    ),
  );
});

test(
  'requests are counted by verb, resource and status, and writes are kept with what they changed',
  withCluster(async (cluster) => {
    await cluster.post(INGRESSES, ingress('a'));
    await cluster.ask(`${INGRESSES}?limit=1`);
    await cluster.ask(`${INGRESSES}/b`);
    await cluster.ask('/apis');
    await cluster.apply(`${INGRESSES}/a/status`, 'one', {
      status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } },
    });
    const { traffic } = cluster.emulator;
    expect(traffic.counts).toEqual({
      'create ingresses.networking.k8s.io 201': 1,
      'list ingresses.networking.k8s.io 200': 1,
      'get ingresses.networking.k8s.io 404': 1,
      'get /apis 200': 1,
      'patch ingresses.networking.k8s.io/status 200': 1,
    });
    expect(traffic.writes({ subresource: 'status' })).toMatchObject([
      { manager: 'one', user: 'admin', name: 'a', didChange: true, status: 200 },
    ]);
    traffic.reset();
    expect(traffic.requests()).toEqual([]);
  }),
);
