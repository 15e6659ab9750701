import fc from 'fast-check';
import { emulatedProxy, type Proxy } from './proxy.ts';
import { translated } from './translated.ts';

/** What one team has, which is older than all that its neighbour makes. */
const OURS = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: of('shop', 'web', { 'konghq.com/plugins': 'limit' }),
    spec: {
      ingressClassName: 'kong',
      rules: [{ host: 'shop.test', http: { paths: [pathTo('/', 'web')] } }],
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: of('shop', 'web'), spec: { ports: [{ port: 80 }] } },
  {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: of('shop', 'limit'),
    plugin: 'rate-limiting',
    config: { minute: 5, policy: 'local' },
  },
  {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongConsumer',
    metadata: of('shop', 'ann', { 'kubernetes.io/ingress.class': 'kong' }),
    username: 'ann',
    credentials: ['key'],
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...of('shop', 'key'), labels: { 'konghq.com/credential': 'key-auth' } },
    stringData: { key: 'open-sesame' },
  },
];

function of(namespace: string, name: string, annotations: Record<string, string> = {}) {
  const creationTimestamp = namespace === 'shop' ? '2026-01-01T00:00:00Z' : '2026-02-01T00:00:00Z';
  return { namespace, name, creationTimestamp, annotations };
}

function pathTo(path: string, name: string, pathType = 'Prefix') {
  return { path, pathType, backend: { service: { name, port: { number: 80 } } } };
}

const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'web',
    'ann',
    'open-sesame',
    'shop:limit',
    '../shop',
    '*',
    '0',
    '1e9',
    'true',
  ),
);
const path = fc.oneof(
  word,
  word.map((end) => `/${end}`),
  word.map((end) => `/~/${end}`),
);
const annotations = fc.dictionary(
  fc
    .constantFrom(
      ...[
        'plugins',
        'tags',
        'snis',
        'methods',
        'headers.x-a',
        'headers.__proto__',
        'host-aliases',
        'protocols',
      ],
      ...[
        'rewrite',
        'path',
        'protocol',
        'host-header',
        'retries',
        'upstream-policy',
        'override',
        'client-cert',
      ],
      ...['strip-path', 'regex-priority', 'https-redirect-status-code', 'read-timeout', 'path-handling'],
    )
    .map((name) => `konghq.com/${name}`),
  word,
  { maxKeys: 4 },
);
/** Any bytes at all: most are no UTF-8. */
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString('base64'));
const KEYS = [
  'key',
  'username',
  'password',
  'secret',
  'group',
  'tls.crt',
  'tls.key',
  'id',
  'cert',
  '__proto__',
  'ttl',
];

const ingress = fc
  .record({
    annotations,
    paths: fc.array(path, { maxLength: 4 }),
    host: fc.oneof(word, fc.constant('shop.test')),
    type: fc.constantFrom('Prefix', 'Exact', 'ImplementationSpecific'),
  })
  .map(({ annotations: given, paths, host, type }) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: of('evil', 'web', given),
    spec: {
      ingressClassName: 'kong',
      tls: [{ hosts: [host], secretName: 'bytes' }],
      rules: [{ host, http: { paths: paths.map((each) => pathTo(each, 'web', type)) } }],
    },
  }));
const service = annotations.map((given) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: of('evil', 'web', given),
  spec: { ports: [{ port: 80 }] },
}));
const secret = fc
  .record({
    label: fc.constantFrom('key-auth', 'basic-auth', 'hmac-auth', 'jwt', 'acl', 'oauth2', 'nothing'),
    isAuthority: fc.boolean(),
    data: fc.dictionary(fc.constantFrom(...KEYS), bytes),
  })
  .map(({ label, isAuthority, data }) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...of('evil', 'bytes'),
      labels: { 'konghq.com/credential': label, 'konghq.com/ca-cert': String(isAuthority) },
    },
    data,
  }));
const consumer = fc
  .record({ username: word, groups: fc.array(word, { maxLength: 2 }) })
  .map(({ username, groups }) => ({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongConsumer',
    metadata: of('evil', 'eve', { 'kubernetes.io/ingress.class': 'kong' }),
    username,
    credentials: ['bytes', '../shop/key'],
    consumerGroups: groups,
  }));
const plugin = fc
  .record({ pointer: path, value: fc.jsonValue({ maxDepth: 2 }) })
  .map(({ pointer, value }) => ({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: of('evil', 'limit', { 'konghq.com/plugins': 'limit' }),
    plugin: 'request-termination',
    config: { status_code: 503 },
    configPatches: [{ path: pointer, valueFrom: { secretKeyRef: { name: 'bytes', key: 'key' } } }],
    ordering: value,
  }));
const entity = fc.jsonValue({ maxDepth: 2 }).map((fields) => ({
  apiVersion: 'configuration.konghq.com/v1alpha1',
  kind: 'KongCustomEntity',
  metadata: of('evil', 'self'),
  spec: {
    type: 'degraphql_routes',
    controllerName: 'kong',
    fields,
    parentRef: { kind: 'KongCustomEntity', name: 'self' },
  },
}));
const policy = fc.jsonValue({ maxDepth: 3 }).map((spec) => ({
  apiVersion: 'configuration.konghq.com/v1beta1',
  kind: 'KongUpstreamPolicy',
  metadata: of('evil', 'web'),
  spec,
}));
const stream = fc
  .array(fc.record({ host: word, port: fc.oneof(fc.integer({ min: -1, max: 70_000 }), word) }), {
    maxLength: 3,
  })
  .map((rules) => ({
    apiVersion: 'configuration.konghq.com/v1beta1',
    kind: 'TCPIngress',
    metadata: of('evil', 'db', { 'kubernetes.io/ingress.class': 'kong' }),
    spec: { rules: rules.map((rule) => ({ ...rule, backend: { serviceName: 'web', servicePort: 80 } })) },
  }));

const neighbour = fc.tuple(ingress, service, secret, consumer, plugin, entity, policy, stream);

/** All that comes of objects of the namespace `shop`, as JSON. */
function ourEntities(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(ourEntities);
  if (typeof value !== 'object' || value === null) return [];
  const { tags } = value as { tags?: unknown };
  if (Array.isArray(tags) && tags.includes('k8s-namespace:shop')) return [JSON.stringify(value)];
  return Object.values(value).flatMap(ourEntities);
}

describe.each(['traditional_compatible', 'expressions'] as const)('%s', (flavor) => {
  let proxy: Proxy;

  beforeAll(async () => {
    proxy = await emulatedProxy(flavor);
  });

  afterAll(() => proxy.close());

  test('nothing that a neighbour writes changes what is ours, or is refused by Kong', async () => {
    const expected = ourEntities(translated(OURS, proxy.facts).configuration).sort();
    expect(expected.length).toBeGreaterThanOrEqual(3);
    await fc.assert(
      fc.asyncProperty(neighbour, async (theirs) => {
        const { configuration } = translated([...OURS, ...theirs], proxy.facts);
        expect(ourEntities(configuration).sort()).toEqual(expected);
        await proxy.load(configuration);
      }),
      { numRuns: 60 },
    );
  });
});
