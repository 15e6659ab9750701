import { ingress, INGRESSES, secret, SECRETS, withCluster } from '../testing/cluster.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
const EVENTS = '/apis/events.k8s.io/v1/namespaces/default/events';

function ingressWith(path: object) {
  const spec = { rules: [{ http: { paths: [{ ...path }] } }] };
  return { ...ingress('a'), spec };
}

function lease(spec: object) {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a' }, spec };
}

function event(more: object = {}) {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'a', namespace: 'default' },
    eventTime: '2026-11-23T09:00:00.000000Z',
    reportingController: 'silverback.dev/controller',
    reportingInstance: 'one',
    action: 'Programming',
    reason: 'Refused',
    type: 'Warning',
    note: 'words',
    regarding: { kind: 'Secret', namespace: 'default', name: 'x' },
    ...more,
  };
}

const BACKEND = { service: { name: 'shop', port: { number: 80 } } };

test.each([
  ['no path type', INGRESSES, ingressWith({ path: '/', backend: BACKEND }), 422, 'pathType'],
  [
    'another path type',
    INGRESSES,
    ingressWith({ path: '/', pathType: 'Regex', backend: BACKEND }),
    422,
    'pathType',
  ],
  [
    'a relative path',
    INGRESSES,
    ingressWith({ path: 'a', pathType: 'Prefix', backend: BACKEND }),
    422,
    'absolute path',
  ],
  ['no backend', INGRESSES, ingressWith({ path: '/', pathType: 'Prefix' }), 422, 'backend is required'],
  ['an Ingress without anything', INGRESSES, { ...ingress('a'), spec: {} }, 422, 'defaultBackend'],
  ['data that is no base64', SECRETS, secret('a', { data: { key: 'not base64' } }), 400, 'illegal base64'],
  [
    'a certificate without key',
    SECRETS,
    secret('a', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }),
    422,
    'data[tls.key]',
  ],
  [
    'a Service without ports',
    SERVICES,
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: {} },
    422,
    'spec.ports',
  ],
  ['milliseconds in a lease', LEASES, lease({ renewTime: '2026-11-23T09:00:00.123Z' }), 400, 'parsing time'],
  ['a lease of no length', LEASES, lease({ leaseDurationSeconds: 0 }), 422, 'greater than 0'],
  ['an event without its time', EVENTS, event({ eventTime: undefined }), 422, 'eventTime: Required'],
  ['an event without what was done', EVENTS, event({ action: '' }), 422, 'action: Required'],
  ['an event of another type', EVENTS, event({ type: 'Error' }), 422, 'type'],
  ['a note that is too long', EVENTS, event({ note: 'x'.repeat(1025) }), 422, 'at most 1024'],
  [
    'an event about another namespace',
    EVENTS,
    event({ regarding: { namespace: 'shop' } }),
    422,
    'does not match',
  ],
  [
    'a series of one',
    EVENTS,
    event({ series: { count: 1, lastObservedTime: '2026-11-23T09:00:00.000000Z' } }),
    422,
    'at least 2',
  ],
])('%s is refused', (_case, path, body, code, words) =>
  withCluster(async (cluster) => {
    const answer = await cluster.post(path, body);
    expect(answer.status).toBe(code);
    expect(answer.body['message']).toContain(words);
  })(),
);

test(
  'a Secret keeps texts as data, and its type',
  withCluster(async (cluster) => {
    const { body } = await cluster.post(
      SECRETS,
      secret('a', { type: undefined, stringData: { key: 'value' } }),
    );
    expect(body).toMatchObject({ type: 'Opaque', data: { key: 'dmFsdWU=' } });
    expect(body).not.toHaveProperty('stringData');
    expect((await cluster.mergePatch(`${SECRETS}/a`, { type: 'other' })).status).toBe(422);
  }),
);

test(
  'a Service gets an address and what is left out, and keeps both',
  withCluster(async (cluster) => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { ports: [{ port: 80 }] },
    };
    const { body } = await cluster.post(SERVICES, service);
    const { clusterIP } = body['spec'] as unknown as { clusterIP: string };
    expect(clusterIP).toMatch(/^10\./);
    expect(body['spec']).toMatchObject({
      type: 'ClusterIP',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    });
    const after = await cluster.put(`${SERVICES}/a`, service);
    expect(after.body['spec']).toMatchObject({ clusterIP });
  }),
);

test(
  'an event is seen in both groups, and only its series may change',
  withCluster(async (cluster) => {
    await cluster.post(EVENTS, event());
    const core = await cluster.ask('/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dx');
    expect(core.body['items']).toMatchObject([
      { message: 'words', involvedObject: { name: 'x' }, reportingComponent: 'silverback.dev/controller' },
    ]);
    const series = { count: 2, lastObservedTime: '2026-11-23T09:01:00.000000Z' };
    expect((await cluster.mergePatch(`${EVENTS}/a`, { series })).body).toMatchObject({
      note: 'words',
      series,
    });
    const refused = await cluster.mergePatch(`${EVENTS}/a`, { note: 'other words' });
    expect([refused.status, refused.body['message']]).toEqual([
      422,
      expect.stringContaining('field is immutable') as unknown,
    ]);
  }),
);

test(
  'a Namespace carries its name as a label',
  withCluster(async (cluster) => {
    const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    const { body } = await cluster.post('/api/v1/namespaces', shop);
    expect(body).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'shop' } },
      status: { phase: 'Active' },
    });
  }),
);
