import { SystemClock } from '@silverback/clock';
import type { Kind } from '@silverback/cluster-state';
import { findHelm, NO_HELM, renderChart, type RenderedObject } from '@silverback/helm';
import { startKongEmulator, type KongEmulator } from '@silverback/kong-emulator';
import { EventWriter, StatusWriter, type WriteEvent } from '@silverback/kubernetes';
import type { ResourceEvent } from '@silverback/resource-status';
import { pathOf, rightsIn, rightsUsed } from '../testing/chart.ts';
import { TestCluster, type TestClient } from '../testing/cluster.ts';
import { Controller, kubeconfigFor } from '../testing/controller.ts';
import { install, referenceGrants, shippedDefinitions } from '../testing/definitions.ts';
import { collectionOf, KINDS, sampleOf } from '../testing/samples.ts';
import { WatchedSource } from '../testing/watched-source.ts';

// The whole binary against a real API server, as the service account of the chart: what it renders is taken, its rights
// are enough, and each of them is used.

const RELEASE = 'silverback';
const USER = `system:serviceaccount:${RELEASE}:silverback`;
const testWithHelm = findHelm() === undefined ? test.skip : test;
if (findHelm() === undefined) process.stderr.write(`${NO_HELM}\n`);

const clock = new SystemClock();
let cluster: TestCluster;
let proxies: readonly KongEmulator[] = [];
let controller: Controller;

beforeAll(async () => {
  // Without lists in watches, both verbs are needed.
  cluster = await TestCluster.start({ apiServerArguments: ['--feature-gates=WatchList=false'] });
  await install(cluster.admin, [...shippedDefinitions(), referenceGrants('v1')]);
  for (const name of ['shop', RELEASE]) await cluster.namespace(name);
  proxies = await Promise.all(['a', 'b'].map((name) => startKongEmulator({ name })));
  controller = new Controller();
});
afterAll(async () => {
  await controller.close();
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await cluster.close();
});

const settings = () => ({
  leaderElection: { leaseNamespace: RELEASE },
  status: { publishAddresses: ['192.0.2.7'] },
  fleets: [
    {
      name: 'edge',
      insecure: true,
      discovery: [{ static: { proxies: proxies.map(({ adminUrl }) => adminUrl) } }],
    },
  ],
});

const rendered = (): readonly RenderedObject[] =>
  renderChart({ release: RELEASE, namespace: RELEASE, values: { settings: settings() } });

testWithHelm('what the chart renders is taken', async () => {
  const gateway = renderChart({
    release: RELEASE,
    namespace: RELEASE,
    values: { gateway: { enabled: true } },
  });
  const objects = [...rendered(), ...gateway];
  const paths = objects.map((object) => pathOf(object, RELEASE));
  const foreign = objects
    .filter((_, index) => paths[index] === undefined)
    .map(({ apiVersion }) => apiVersion);
  expect(foreign.filter((apiVersion) => !apiVersion.startsWith('monitoring.coreos.com/'))).toEqual([]);
  for (const [index, object] of objects.entries()) {
    const path = paths[index];
    if (path !== undefined) {
      await cluster.admin.apply(path, object, { dryRun: 'All', force: 'true', fieldValidation: 'Strict' });
    }
  }
});

/** A token of the service account, as a pod gets it. */
async function tokenOf(): Promise<string> {
  const path = `/api/v1/namespaces/${RELEASE}/serviceaccounts/silverback/token`;
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3600 },
  };
  const answer = (await cluster.admin.create(path, body)) as unknown as { status: { token: string } };
  return answer.status.token;
}

/** Names with which objects of a kind are made that the controller serves. */
const annotations = { 'kubernetes.io/ingress.class': 'kong' };

async function create(kind: Kind, name: string, more: { metadata?: object; [field: string]: unknown } = {}) {
  const sample = sampleOf(kind, name, 'shop');
  const { metadata, ...fields } = more;
  const object = { ...sample, ...fields, metadata: { ...sample.metadata, annotations, ...metadata } };
  await cluster.admin.create(collectionOf(kind, 'shop'), object);
}

const ruleFor = (path: string, backend: object) => ({
  spec: { rules: [{ http: { paths: [{ path, pathType: 'Prefix', backend }] } }] },
});

interface Served {
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly object[] };
    readonly ancestors?: readonly object[];
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Resolves when an object is as expected; watches it. */
async function until(kind: Kind, name: string, check: (object: Served) => boolean): Promise<void> {
  const query = { watch: 'true', fieldSelector: `metadata.name=${name}` };
  const abort = new AbortController();
  for await (const lines of cluster.admin.http.lines({
    path: collectionOf(kind, 'shop'),
    query,
    signal: abort.signal,
  })) {
    if (lines.some((line) => check((JSON.parse(line) as { object: Served }).object))) break;
  }
  abort.abort();
}

const programmedAs =
  (wanted: string) =>
  ({ status }: Served): boolean =>
    status?.conditions?.some(({ type, status: value }) => type === 'Programmed' && value === wanted) === true;

testWithHelm('an Ingress reaches every proxy, and its status says so', async () => {
  for (const object of rendered()) {
    const path = pathOf(object, RELEASE);
    if (/Role|ServiceAccount/.test(object.kind) && path !== undefined)
      await cluster.admin.apply(path, object);
  }
  const { url, caCertificate } = cluster.controlPlane;
  controller.start(settings(), kubeconfigFor(url, caCertificate, { token: await tokenOf() }));
  for (const kind of KINDS) {
    if (kind !== 'Ingress') await create(kind, 'sample');
  }
  await create('EndpointSlice', 'web-1', { metadata: { labels: { 'kubernetes.io/service-name': 'web' } } });
  await create('Service', 'web', {
    metadata: { annotations: { 'konghq.com/upstream-policy': 'sample' } },
  });
  await create('KongPlugin', 'limit', { plugin: 'rate-limiting', config: { minute: 5, policy: 'local' } });
  await create('Ingress', 'shop', {
    metadata: { annotations: { ...annotations, 'konghq.com/plugins': 'limit' } },
  });
  await until('Ingress', 'shop', ({ status }) => status?.loadBalancer?.ingress?.length === 1);
  await until('KongPlugin', 'limit', programmedAs('True'));
  const hashes = new Set(proxies.map(({ configurationHash }) => configurationHash));
  expect(hashes.size).toBe(1);
  expect([...hashes][0]).not.toMatch(/^0+$/);
});

/** Writes with the rights of the controller what it writes only when others write too: then objects are read first. */
async function writeOverOthers(client: TestClient): Promise<void> {
  const watched = new WatchedSource(client.http);
  await watched.start();
  await watched.stop();
  const { statuses } = watched.source;
  for (const kind of ['Ingress', 'TCPIngress', 'UDPIngress'] as const) {
    const name = kind === 'Ingress' ? 'shop' : 'sample';
    await cluster.admin.patch(`${collectionOf(kind, 'shop')}/${name}`, {
      metadata: { labels: { late: 'yes' } },
    });
    const resource = { kind, namespace: 'shop', name };
    const outcome = await new Promise<WriteEvent>((resolve) => {
      const writer = new StatusWriter({
        http: client.http,
        clock,
        statuses,
        apiVersionOf: () => undefined,
        mayWrite: () => true,
        onEvent: resolve,
      });
      writer.write([{ resource, addresses: [{ ip: '192.0.2.8' }] }]);
    });
    expect(outcome).toEqual({ type: 'written', kind });
  }
}

async function tellTwice(client: TestClient): Promise<void> {
  const resource = { kind: 'KongPlugin', namespace: 'shop', name: 'limit' };
  const event: ResourceEvent = {
    resource,
    type: 'Warning',
    reason: 'Tested',
    note: 'by the suite',
    key: 'a1',
  };
  for (const instance of ['one', 'two']) {
    const outcome = await new Promise<WriteEvent>((resolve) => {
      const writer = new EventWriter({
        http: client.http,
        clock,
        instance,
        apiVersionOf: () => undefined,
        uidOf: () => undefined,
        mayWrite: () => true,
        onEvent: resolve,
      });
      writer.write([event]);
    });
    expect(outcome.type).toBe('written');
  }
}

testWithHelm('what Kong refuses is told, remembered, and forgotten when it is mended', async () => {
  await create('KongPlugin', 'refused', {
    plugin: 'rate-limiting',
    config: { minute: 0, policy: 'local' },
  });
  await create('Ingress', 'refused', {
    metadata: { annotations: { ...annotations, 'konghq.com/plugins': 'refused' } },
    ...ruleFor('/refused', { service: { name: 'web', port: { number: 80 } } }),
  });
  await until('KongPlugin', 'refused', programmedAs('False'));
  await cluster.admin.patch(`${collectionOf('KongPlugin', 'shop')}/refused`, { config: { minute: 5 } });
  await until('KongPlugin', 'refused', programmedAs('True'));
});

testWithHelm('a facade and a policy are told what became of them', async () => {
  const resource = {
    apiGroup: 'incubator.ingress-controller.konghq.com',
    kind: 'KongServiceFacade',
    name: 'sample',
  };
  await create('Ingress', 'facade', ruleFor('/facade', { resource }));
  await until('KongServiceFacade', 'sample', programmedAs('True'));
  await until('KongUpstreamPolicy', 'sample', ({ status }) => status?.ancestors?.length === 1);
});

testWithHelm('the rights of the chart are enough, and each of them is used', async () => {
  await create('Secret', 'named', { metadata: { labels: {} } });
  await create('ConfigMap', 'named', { metadata: { labels: {} } });
  const configMaps = { 'konghq.com/ca-certificates-configmaps': 'named' };
  await create('Service', 'named', { metadata: { annotations: configMaps } });
  await create('Ingress', 'named', {
    spec: { ...(sampleOf('Ingress', 'named', 'shop')['spec'] as object), tls: [{ secretName: 'named' }] },
  });
  await until('Ingress', 'named', ({ status }) => status?.loadBalancer?.ingress?.length === 1);
  const client = cluster.client(await tokenOf());
  try {
    await writeOverOthers(client);
    await tellTwice(client);
  } finally {
    await client.close();
  }
  await controller.close();
  const { used, refused } = rightsUsed(cluster, USER);
  expect(refused).toEqual([]);
  const given = rightsIn(rendered());
  expect([...given].filter((right) => !used.has(right)).sort()).toEqual([]);
});
