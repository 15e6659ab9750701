import type { KubernetesObject, ObjectReference } from '@silverback/cluster-emulator';
import { startEmulatedCluster, type EmulatedCluster } from './testing/emulated-cluster.ts';
import { ingressManifest, rateLimitManifest, serviceManifest } from './testing/manifests.ts';

let set: EmulatedCluster;

afterEach(async () => {
  await set.close();
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

function programmed(object: KubernetesObject | undefined): Condition | undefined {
  const status = object?.['status'] as { readonly conditions?: readonly Condition[] } | undefined;
  return status?.conditions?.find(({ type }) => type === 'Programmed');
}

const LIMIT = {
  apiVersion: 'configuration.konghq.com/v1',
  kind: 'KongPlugin',
  namespace: 'shop',
  name: 'limit',
};
const SHOP = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: 'shop', name: 'shop' };

function statusOf(reference: ObjectReference): Readonly<Record<string, unknown>> {
  return (set.cluster.objects.get(reference)?.['status'] ?? {}) as Readonly<Record<string, unknown>>;
}

function ingressOf(name: string): Readonly<Record<string, unknown>> {
  return statusOf({ ...SHOP, name });
}

/** Kong refuses a limit of nothing. */
const REFUSED = rateLimitManifest('limit', 0);
const PUBLISHED = { status: { publishAddresses: ['192.0.2.7'] } };

test('an Ingress shows its address, and a plugin that every proxy holds is Programmed', async () => {
  set = await startEmulatedCluster(2);
  const { cluster } = set;
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(rateLimitManifest('limit', 5));
  cluster.loadYaml(ingressManifest('shop', '/', 'web', { 'konghq.com/plugins': 'limit' }));
  set.run(PUBLISHED);
  await cluster.until(() => programmed(cluster.objects.get(LIMIT))?.status === 'True');
  await cluster.until(() => 'loadBalancer' in ingressOf('shop'));
  expect(ingressOf('shop')).toEqual({ loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } });
  // One write for each object, and not one more.
  expect(
    cluster.traffic
      .writes({ subresource: 'status' })
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['limit', 'shop']);
});

test('what Kong refuses is False with its words and an event, and True again when it is mended', async () => {
  set = await startEmulatedCluster(2);
  const { cluster } = set;
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(REFUSED);
  cluster.loadYaml(ingressManifest('shop', '/', 'web', { 'konghq.com/plugins': 'limit' }));
  set.run();
  await cluster.until(() => programmed(cluster.objects.get(LIMIT))?.status === 'False');
  const refused = programmed(cluster.objects.get(LIMIT));
  expect(refused).toMatchObject({ reason: 'ResourceRefused', observedGeneration: 1 });
  expect(refused?.message).toContain('must be greater than 0');
  const events = () => cluster.objects.list('events.k8s.io/v1', 'Event', 'shop');
  await cluster.until(() => events().length >= 2);
  expect(
    events()
      .map(({ type, reason, regarding }) => [type, reason, (regarding as { kind: string }).kind])
      .sort(),
  ).toEqual([
    ['Warning', 'PluginNotProgrammed', 'Ingress'],
    ['Warning', 'ResourceRefused', 'KongPlugin'],
  ]);
  const plugin = cluster.objects.get(LIMIT);
  cluster.objects.update({ ...(plugin as KubernetesObject), config: { minute: 5, policy: 'local' } });
  await cluster.until(() => programmed(cluster.objects.get(LIMIT))?.status === 'True');
  expect(programmed(cluster.objects.get(LIMIT))).toMatchObject({ observedGeneration: 2 });
});

test('a restart writes nothing that is right already', async () => {
  set = await startEmulatedCluster(1);
  const { cluster } = set;
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(REFUSED);
  cluster.loadYaml(ingressManifest('shop', '/', 'web'));
  const first = set.run(PUBLISHED);
  await cluster.until(() => 'loadBalancer' in ingressOf('shop'));
  await first.stop();
  const writes = cluster.traffic.writes({ subresource: 'status' }).length;
  cluster.loadYaml(ingressManifest('other', '/other', 'web'));
  set.run(PUBLISHED);
  await cluster.until(() => 'loadBalancer' in ingressOf('other'));
  expect(cluster.traffic.writes({ subresource: 'status' }).length).toBe(writes + 1);
});

test('a policy is told of its Services, and a licence of itself in the entry of the controller', async () => {
  set = await startEmulatedCluster(1);
  const { cluster } = set;
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(ingressManifest('shop', '/', 'web'));
  cluster.loadYaml(`apiVersion: configuration.konghq.com/v1beta1
kind: KongUpstreamPolicy
metadata: { name: sticky, namespace: shop }
spec: { algorithm: round-robin }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop, annotations: { konghq.com/upstream-policy: sticky } }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: configuration.konghq.com/v1alpha1
kind: KongLicense
metadata: { name: main }
rawLicenseString: '{"license":{"version":1}}'
enabled: true
`);
  set.run();
  const policy = {
    apiVersion: 'configuration.konghq.com/v1beta1',
    kind: 'KongUpstreamPolicy',
    namespace: 'shop',
    name: 'sticky',
  };
  const license = { apiVersion: 'configuration.konghq.com/v1alpha1', kind: 'KongLicense', name: 'main' };
  await cluster.until(() => 'ancestors' in statusOf(policy) && 'controllers' in statusOf(license));
  expect(statusOf(policy)).toMatchObject({
    ancestors: [
      {
        ancestorRef: { kind: 'Service', name: 'web' },
        controllerName: 'silverback.dev/controller',
        conditions: [
          { type: 'Accepted', status: 'True' },
          { type: 'Programmed', status: 'True' },
        ],
      },
    ],
  });
  expect(statusOf(license)).toMatchObject({
    controllers: [{ controllerName: 'silverback.dev/controller', conditions: [{ type: 'Programmed' }] }],
  });
});
