import { randomBytes } from 'node:crypto';
import type { KubernetesObject, ObjectReference } from '@silverback/cluster-emulator';
import { CREDENTIAL_COLLECTIONS } from '@silverback/kong-configuration';
import { clientSecret, startEmulatedCluster, type EmulatedCluster } from './testing/emulated-cluster.ts';
import {
  ingressManifest,
  serviceManifest,
  tlsIngressManifest,
  tlsSecretManifest,
} from './testing/manifests.ts';
import type { RunningSilverback } from './testing/running-silverback.ts';

let set: EmulatedCluster;

afterEach(async () => {
  await set.close();
});

/** Values that must be seen nowhere, by what they are. */
const canaries = new Map<string, string>();

/** A value that nothing recognises as a secret by its looks. */
function canary(what: string): string {
  const value = `Canary${randomBytes(7).toString('hex')}`;
  canaries.set(what, value);
  return value;
}

function secretManifest(name: string, texts: Readonly<Record<string, string>>, credential?: string): string {
  const labels = credential === undefined ? {} : { 'konghq.com/credential': credential };
  const metadata = { name, namespace: 'shop', labels };
  const entries = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    data: Object.fromEntries(entries) as object,
  });
}

const ours = { 'kubernetes.io/ingress.class': 'kong' };

/** Every type of object that can hold a secret. */
function manifests(certificate: string, key: string): readonly string[] {
  canaries.set('TLS key', key.split('\n')[1] ?? '');
  const credentials: [string, Record<string, string>][] = [
    ['key-auth', { key: canary('key-auth') }],
    ['basic-auth', { username: 'ann', password: canary('basic-auth') }],
    ['hmac-auth', { username: 'ann', secret: canary('hmac-auth') }],
    ['jwt', { key: canary('jwt key'), secret: canary('jwt secret'), algorithm: 'HS256' }],
    [
      'oauth2',
      { name: 'app', client_id: 'app', client_secret: canary('oauth2'), redirect_uris: 'https://a.example' },
    ],
    ['acl', { group: 'buyers' }],
    ['mtls-auth', { subject_name: 'ann.example' }],
  ];
  const whole = { minute: 5, policy: 'redis', redis: { host: 'redis', password: canary('configFrom') } };
  return [
    serviceManifest('web'),
    tlsSecretManifest('cert', certificate, key),
    tlsIngressManifest('tls', 'shop.example', 'cert'),
    ingressManifest('shop', '/', 'web', { 'konghq.com/plugins': 'limit,session' }),
    ...credentials.map(([type, texts]) => secretManifest(type, texts, type)),
    JSON.stringify({
      apiVersion: 'configuration.konghq.com/v1',
      kind: 'KongConsumer',
      metadata: { name: 'ann', namespace: 'shop', annotations: ours },
      username: 'ann',
      credentials: credentials.map(([type]) => type),
    }),
    secretManifest('limit', { config: JSON.stringify(whole), bad: JSON.stringify({ ...whole, minute: 0 }) }),
    JSON.stringify({
      apiVersion: 'configuration.konghq.com/v1',
      kind: 'KongPlugin',
      metadata: { name: 'limit', namespace: 'shop' },
      plugin: 'rate-limiting',
      configFrom: { secretKeyRef: { name: 'limit', key: 'config' } },
    }),
    secretManifest('session', { header: JSON.stringify([canary('configPatches')]) }),
    JSON.stringify({
      apiVersion: 'configuration.konghq.com/v1',
      kind: 'KongPlugin',
      metadata: { name: 'session', namespace: 'shop' },
      plugin: 'cors',
      configPatches: [
        { path: '/exposed_headers', valueFrom: { secretKeyRef: { name: 'session', key: 'header' } } },
      ],
    }),
    JSON.stringify({
      apiVersion: 'configuration.konghq.com/v1alpha1',
      kind: 'KongVault',
      metadata: { name: 'env', annotations: ours },
      spec: { backend: 'env', prefix: 'shop', config: { prefix: canary('vault') } },
    }),
    JSON.stringify({
      apiVersion: 'configuration.konghq.com/v1alpha1',
      kind: 'KongLicense',
      metadata: { name: 'main' },
      rawLicenseString: JSON.stringify({ license: { signature: canary('licence') } }),
      enabled: true,
    }),
  ];
}

const PLUGIN = {
  apiVersion: 'configuration.konghq.com/v1',
  kind: 'KongPlugin',
  namespace: 'shop',
  name: 'limit',
};

/** Changes fields of an object, as a user would. */
function change(reference: ObjectReference, fields: Readonly<Record<string, unknown>>): void {
  const object = set.cluster.objects.get(reference) as KubernetesObject;
  set.cluster.objects.update({ ...object, ...fields });
}

interface Found {
  readonly type: string;
  readonly id: string;
}

const SECRET_BEARERS: ReadonlySet<string> = new Set([
  'certificates',
  'consumers',
  ...CREDENTIAL_COLLECTIONS,
  'plugins',
  'vaults',
  'licenses',
]);

/** Every entity of a type that holds secrets, one of each type. */
function bearersIn(value: unknown, found = new Map<string, Found>()): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [...found.values()];
  for (const [type, list] of Object.entries(value)) {
    if (SECRET_BEARERS.has(type) && Array.isArray(list)) {
      const [first] = list as { readonly id?: string }[];
      if (first?.id !== undefined) found.set(type, { type, id: first.id });
    }
    bearersIn(list, found);
  }
  return [...found.values()];
}

async function debug(controller: RunningSilverback, path: string): Promise<string> {
  const { port } = await controller.line({ event: 'debug-served' });
  return await (await fetch(`http://127.0.0.1:${String(port)}/debug/${path}`)).text();
}

/** Everything that anybody can see of the controller. */
async function everythingShown(controller: RunningSilverback): Promise<Readonly<Record<string, string>>> {
  const { cluster } = set;
  const health = async (path: string): Promise<string> => (await controller.health(path)).body;
  const kinds: [string, string][] = [
    ['configuration.konghq.com/v1', 'KongPlugin'],
    ['configuration.konghq.com/v1', 'KongConsumer'],
    ['configuration.konghq.com/v1alpha1', 'KongVault'],
    ['configuration.konghq.com/v1alpha1', 'KongLicense'],
    ['networking.k8s.io/v1', 'Ingress'],
  ];
  const statuses = kinds.flatMap(([version, kind]) =>
    cluster.objects.list(version, kind).map(({ status }) => status),
  );
  const writes = cluster.traffic.writes().filter(({ plural }) => plural !== 'secrets');
  return {
    log: JSON.stringify(controller.lines),
    stderr: controller.stderr,
    metrics: await health('/metrics'),
    fleets: await health('/fleets'),
    events: await health('/events'),
    readyz: await health('/readyz'),
    configuration: await debug(controller, 'configuration'),
    debugFleets: await debug(controller, 'fleets'),
    problems: await debug(controller, 'problems'),
    reflectors: await debug(controller, 'reflectors'),
    sources: await debug(controller, 'sources'),
    statuses: JSON.stringify(statuses),
    writes: JSON.stringify(writes),
    clusterEvents: JSON.stringify(cluster.objects.list('events.k8s.io/v1', 'Event')),
  };
}

/** As which canaries appear, with where. */
function sightings(shown: Readonly<Record<string, string>>): readonly string[] {
  return [...canaries].flatMap(([what, value]) => {
    const forms = [value, Buffer.from(value).toString('base64').replace(/=+$/, '')];
    return Object.entries(shown)
      .filter(([, text]) => forms.some((form) => text.includes(form)))
      .map(([place]) => `${what} in ${place}`);
  });
}

test('whatever Kong refuses and repeats, no secret is seen anywhere', async () => {
  set = await startEmulatedCluster(2, {
    tls: true,
    optionsOf: () => ({ edition: 'enterprise', version: '3.9.1.0-enterprise-edition' }),
  });
  const { cluster, proxies, workspace } = set;
  canaries.set('service account token', cluster.token);
  const identity = cluster.objects.get({
    apiVersion: 'v1',
    kind: 'Secret',
    namespace: 'silverback',
    name: 'admin-client',
  });
  const data = (identity as unknown as { readonly data: Readonly<Record<string, string>> }).data;
  const text = (name: string): string => Buffer.from(data[name] ?? '', 'base64').toString('utf8');
  const client = { certificate: text('tls.crt'), key: text('tls.key') };
  canaries.set('client key', client.key.split('\n')[1] ?? '');
  cluster.objects.load([clientSecret(text('ca.crt'), client, { token: canary('admin token') })]);
  workspace.write('gateway-key', canary('header'));
  for (const manifest of manifests(client.certificate, client.key)) cluster.loadYaml(manifest);
  const controller = set.run(
    { debug: { enabled: true, address: '127.0.0.1:0' }, log: { level: 'trace' } },
    [],
    { adminApi: { headers: { 'x-gateway-key': { file: 'gateway-key' } } } },
  );
  await controller.line({ event: 'released' });

  const bearers = bearersIn(JSON.parse(await debug(controller, 'configuration')));
  expect(bearers.map(({ type }) => type).sort()).toEqual([...SECRET_BEARERS].sort());
  for (const [index, { id }] of bearers.entries()) {
    // Kong repeats values in its own words; the emulator repeats the whole entity beside them, as Kong does.
    const message = [...canaries.values()]
      .map((value) => `uniqueness violation: entity with key set to '${value}' already declared`)
      .join('; ');
    for (const proxy of proxies) proxy.fault({ type: 'refuse-configuration', entityId: id, message });
    const from = controller.lines.length;
    // What was refused is tried again only when it has changed.
    change({ ...PLUGIN, kind: 'KongConsumer', name: 'ann' }, { custom_id: `ann-${index}` });
    cluster.loadYaml(ingressManifest('shop', `/${index}`, 'web', { 'konghq.com/plugins': 'limit,session' }));
    await controller.line({ event: 'quarantined' }, from);
    for (const proxy of proxies) proxy.clearFaults();
  }
  // By itself Kong refuses a limit of nothing, and shows the whole configuration of the plugin, with its password.
  const from = controller.lines.length;
  cluster.loadYaml(ingressManifest('shop', '/last', 'web', { 'konghq.com/plugins': 'limit' }));
  change(PLUGIN, { configFrom: { secretKeyRef: { name: 'limit', key: 'bad' } } });
  await controller.line({ event: 'quarantined' }, from);
  // Credentials that can't be used are told of, not shown.
  const bad = canary('malformed token');
  cluster.objects.load([clientSecret(text('ca.crt'), client, { token: `${bad} ${bad}` })]);
  await controller.line({ event: 'identity-refused' });
  await cluster.until(() => cluster.objects.list('events.k8s.io/v1', 'Event').length >= 5);

  const shown = await everythingShown(controller);
  expect(Object.entries(shown).filter(([place, text]) => place !== 'stderr' && text.length < 3)).toEqual([]);
  expect(sightings(shown)).toEqual([]);
});
