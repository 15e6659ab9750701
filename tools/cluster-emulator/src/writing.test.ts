import { ingress, INGRESSES, secret, SECRETS, withCluster, type Seen } from './testing/cluster.ts';

function metadataOf(body: Seen): Record<string, unknown> {
  return body['metadata'] as unknown as Record<string, unknown>;
}

test(
  'a new object gets a uid, a time, a version and a generation, and no status of its own',
  withCluster(async (cluster) => {
    const { status, body } = await cluster.post(INGRESSES, {
      ...ingress('a'),
      status: { loadBalancer: { ingress: [] } },
    });
    expect(status).toBe(201);
    expect(metadataOf(body)).toMatchObject({
      name: 'a',
      namespace: 'default',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown,
      resourceVersion: String(cluster.emulator.revision),
      generation: 1,
    });
    expect(body).not.toHaveProperty('status.loadBalancer.ingress');
  }),
);

test(
  'the generation counts changes of the spec, not of labels or status, and a write that changes nothing is none',
  withCluster(async (cluster) => {
    await cluster.post(INGRESSES, ingress('a'));
    const path = `${INGRESSES}/a`;
    const generation = async () => metadataOf((await cluster.ask(path)).body)['generation'];
    await cluster.mergePatch(path, { metadata: { labels: { a: 'b' } } });
    await cluster.mergePatch(`${path}/status`, {
      status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } },
    });
    expect(await generation()).toBe(1);
    await cluster.mergePatch(path, { spec: ingress('a', 'b.example').spec });
    expect(await generation()).toBe(2);
    const before = cluster.emulator.revision;
    const same = await cluster.mergePatch(path, { spec: ingress('a', 'b.example').spec });
    expect([same.status, cluster.emulator.revision]).toEqual([200, before]);
    expect(cluster.emulator.traffic.writes({ plural: 'ingresses' }).at(-1)?.didChange).toBe(false);
  }),
);

test(
  'status is written at its own path only, and nothing else is written there',
  withCluster(async (cluster) => {
    const { body } = await cluster.post(INGRESSES, ingress('a'));
    const status = { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } };
    const changed = { ...(body as object), spec: ingress('a', 'other.example').spec, status };
    const afterStatus = await cluster.put(`${INGRESSES}/a/status`, changed);
    expect(afterStatus.body).toMatchObject({ spec: ingress('a').spec, status });
    const afterMain = await cluster.put(`${INGRESSES}/a`, {
      ...ingress('a', 'other.example'),
      status: { loadBalancer: { ingress: [{ ip: '10.9.9.9' }] } },
    });
    expect(afterMain.body).toMatchObject({ spec: ingress('a', 'other.example').spec, status });
  }),
);

describe('refusals', () => {
  test.each([
    ['a name that is taken', 'POST', SECRETS, secret('a'), 409, 'AlreadyExists'],
    ['a name that can be none', 'POST', SECRETS, secret('A_b'), 422, 'Invalid'],
    ['no name', 'POST', SECRETS, { ...secret('x'), metadata: {} }, 422, 'Invalid'],
    [
      'a namespace that is not there',
      'POST',
      '/api/v1/namespaces/none/secrets',
      { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'x' } },
      404,
      'NotFound',
    ],
    ['another namespace', 'POST', '/api/v1/namespaces/kube-system/secrets', secret('x'), 400, 'BadRequest'],
    ['another name', 'PUT', `${SECRETS}/a`, secret('b'), 400, 'BadRequest'],
    ['another kind', 'PUT', `${SECRETS}/a`, { ...secret('a'), kind: 'ConfigMap' }, 400, 'BadRequest'],
    ['another version', 'PUT', `${SECRETS}/a`, { ...secret('a'), apiVersion: 'v2' }, 400, 'BadRequest'],
    [
      'a version on something new',
      'POST',
      SECRETS,
      { ...secret('x'), metadata: { name: 'x', resourceVersion: '1' } },
      500,
      undefined,
    ],
    [
      'an old version',
      'PUT',
      `${SECRETS}/a`,
      { ...secret('a'), metadata: { name: 'a', resourceVersion: '1' } },
      409,
      'Conflict',
    ],
    [
      'another uid',
      'PUT',
      `${SECRETS}/a`,
      { ...secret('a'), metadata: { name: 'a', uid: 'x' } },
      409,
      'Conflict',
    ],
    ['something that is not there', 'PUT', `${SECRETS}/b`, secret('b'), 404, 'NotFound'],
    ['a body that is no JSON', 'POST', SECRETS, '{', 400, 'BadRequest'],
    ['no body', 'POST', SECRETS, undefined, 400, 'BadRequest'],
    ['a patch of an unknown form', 'PATCH', `${SECRETS}/a`, {}, 415, 'UnsupportedMediaType'],
  ])('%s', (_case, method, path, body, code, reason) =>
    withCluster(async (cluster) => {
      await cluster.post(SECRETS, secret('a'));
      const answer = await cluster.ask(path, { method, body });
      expect([answer.status, answer.body['reason']]).toEqual([code, reason]);
      expect(answer.body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code });
    })(),
  );

  test(
    'a conflict says what to do and names the object',
    withCluster(async (cluster) => {
      await cluster.post(SECRETS, secret('a'));
      const { body } = await cluster.mergePatch(`${SECRETS}/a`, { metadata: { resourceVersion: '1' } });
      expect(body).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message:
          'Operation cannot be fulfilled on secrets "a": the object has been modified; please apply your changes to the latest version and try again',
        reason: 'Conflict',
        details: { name: 'a', kind: 'secrets' },
        code: 409,
      });
    }),
  );
});

test(
  'a name is made where only its beginning is given',
  withCluster(async (cluster) => {
    const { body } = await cluster.post(SECRETS, { ...secret('x'), metadata: { generateName: 'made-' } });
    expect(metadataOf(body)['name']).toMatch(/^made-[a-z0-9]{5}$/);
  }),
);

test(
  'a dry run is answered and not kept',
  withCluster(async (cluster) => {
    const { status } = await cluster.post(`${SECRETS}?dryRun=All`, secret('a'));
    expect(status).toBe(201);
    expect((await cluster.ask(`${SECRETS}/a`)).status).toBe(404);
  }),
);

test(
  'an object with finalizers is marked when deleted, and goes with the last of them',
  withCluster(async (cluster) => {
    const held = {
      ...secret('a'),
      metadata: { name: 'a', finalizers: ['example.com/one', 'example.com/two'] },
    };
    await cluster.post(SECRETS, held);
    const marked = await cluster.delete(`${SECRETS}/a`);
    expect(marked.body).toMatchObject({ kind: 'Secret', metadata: { deletionGracePeriodSeconds: 0 } });
    expect(metadataOf(marked.body)['deletionTimestamp']).toMatch(/Z$/);
    await cluster.mergePatch(`${SECRETS}/a`, { metadata: { finalizers: ['example.com/two'] } });
    expect((await cluster.ask(`${SECRETS}/a`)).status).toBe(200);
    await cluster.mergePatch(`${SECRETS}/a`, { metadata: { finalizers: null } });
    expect((await cluster.ask(`${SECRETS}/a`)).status).toBe(404);
  }),
);

test(
  'a deletion is answered with a Status that names what is gone, and keeps to its preconditions',
  withCluster(async (cluster) => {
    const { body } = await cluster.post(INGRESSES, ingress('a'));
    const { uid, resourceVersion } = metadataOf(body);
    for (const preconditions of [{ uid: 'other' }, { resourceVersion: '1' }])
      expect((await cluster.delete(`${INGRESSES}/a`, { preconditions })).status).toBe(409);
    const gone = await cluster.delete(`${INGRESSES}/a`, { preconditions: { uid, resourceVersion } });
    expect(gone.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', group: 'networking.k8s.io', kind: 'ingresses', uid },
    });
  }),
);

test(
  'a namespace takes what is in it along',
  withCluster(async (cluster) => {
    await cluster.post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop' },
    });
    const inShop = { ...secret('a'), metadata: { name: 'a', namespace: 'shop' } };
    await cluster.post('/api/v1/namespaces/shop/secrets', inShop);
    const { body } = await cluster.delete('/api/v1/namespaces/shop');
    expect(body).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' } });
    expect((await cluster.ask('/api/v1/namespaces/shop')).status).toBe(404);
    expect((await cluster.ask('/api/v1/secrets')).body['items']).toEqual([]);
  }),
);

test(
  'a Lease is taken by who writes it with the version that is there, and only by one',
  withCluster(async (cluster) => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    const lease = (holder: string, resourceVersion?: unknown) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'leader', ...(resourceVersion !== undefined && { resourceVersion }) },
      spec: { holderIdentity: holder, leaseDurationSeconds: 15, renewTime: '2026-11-23T09:00:00.123456Z' },
    });
    const { body } = await cluster.post(leases, lease('one'));
    const version = metadataOf(body)['resourceVersion'];
    const answers = await Promise.all([
      cluster.put(`${leases}/leader`, lease('two', version)),
      cluster.put(`${leases}/leader`, lease('three', version)),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    // Without a version, nobody can take it over by mistake.
    expect((await cluster.put(`${leases}/leader`, lease('four'))).status).toBe(422);
  }),
);
