import fc from 'fast-check';
import { CERTIFICATE_A } from './key-pairs.ts';

const KONG = 'configuration.konghq.com';
const OURS = { 'kubernetes.io/ingress.class': 'kong' };
const ID = 'cce8c384-721f-4f58-85dd-50834e3e733a';

const name = fc.constantFrom('a', 'b');
const plugins = fc.constantFrom<Record<string, string>>(
  {},
  { 'konghq.com/plugins': 'a' },
  { 'konghq.com/plugins': 'team:a' },
);

function object(apiVersion: string, kind: string, metadata: object, body: object): string {
  return JSON.stringify({ apiVersion, kind, metadata: { namespace: 'shop', ...metadata }, ...body });
}

const consumer = fc
  .record({
    name,
    annotations: plugins,
    username: fc.constantFrom('ann', 'bob'),
    credentials: fc.subarray(['a', 'b']),
    consumerGroups: fc.subarray(['a', 'b']),
  })
  .map(({ name: of, annotations, ...body }) =>
    object(`${KONG}/v1`, 'KongConsumer', { name: of, annotations: { ...OURS, ...annotations } }, body),
  );

const consumerGroup = fc
  .record({ name, annotations: plugins })
  .map(({ name: of, annotations }) =>
    object(
      `${KONG}/v1beta1`,
      'KongConsumerGroup',
      { name: of, annotations: { ...OURS, ...annotations } },
      {},
    ),
  );

const credential = fc
  .record({ name, type: fc.constantFrom('key-auth', 'acl'), value: fc.constantFrom('x', 'y') })
  .map(({ name: of, type, value }) =>
    object(
      'v1',
      'Secret',
      { name: of, labels: { 'konghq.com/credential': type } },
      { stringData: type === 'acl' ? { group: value } : { key: value } },
    ),
  );

const clusterPlugin = fc
  .record({
    name,
    labels: fc.constantFrom<Record<string, string>>({}, { global: 'true' }),
    plugin: fc.constantFrom('cors', 'key-auth'),
  })
  .map(({ plugin, ...metadata }) =>
    JSON.stringify({
      apiVersion: `${KONG}/v1`,
      kind: 'KongClusterPlugin',
      metadata: { ...metadata, annotations: OURS },
      plugin,
    }),
  );

/** A plugin of another namespace, with its configuration from a Secret there. */
const foreignPlugin = fc.boolean().map((fromSecret) =>
  object(
    `${KONG}/v1`,
    'KongPlugin',
    { name: 'a', namespace: 'team' },
    {
      plugin: 'rate-limiting',
      ...(fromSecret
        ? { configFrom: { secretKeyRef: { name: 'config', key: 'json' } } }
        : { config: { minute: 5 } }),
    },
  ),
);

const pluginSecret = fc
  .constantFrom('{"minute":7}', '{')
  .map((json) => object('v1', 'Secret', { name: 'config', namespace: 'team' }, { stringData: { json } }));

const grant = fc.constantFrom('Ingress', 'KongConsumer').map((kind) =>
  object(
    'gateway.networking.k8s.io/v1beta1',
    'ReferenceGrant',
    { name: 'a', namespace: 'team' },
    {
      spec: {
        from: [{ group: kind === 'Ingress' ? 'networking.k8s.io' : KONG, kind, namespace: 'shop' }],
        to: [{ group: KONG, kind: 'KongPlugin' }],
      },
    },
  ),
);

const vault = fc
  .record({ name, prefix: fc.constantFrom('x', 'y') })
  .map(({ name: of, prefix }) =>
    object(
      `${KONG}/v1alpha1`,
      'KongVault',
      { name: of, namespace: '', annotations: OURS },
      { spec: { backend: 'env', prefix } },
    ),
  );

const license = fc
  .record({ name, enabled: fc.boolean() })
  .map(({ name: of, enabled }) =>
    object(
      `${KONG}/v1alpha1`,
      'KongLicense',
      { name: of, namespace: '', annotations: OURS },
      { rawLicenseString: of, enabled },
    ),
  );

const customEntity = fc
  .record({ name, uri: fc.constantFrom('/x', '/y'), withParent: fc.boolean() })
  .map(({ name: of, uri, withParent }) =>
    object(
      `${KONG}/v1alpha1`,
      'KongCustomEntity',
      { name: of },
      {
        spec: {
          type: 'degraphql_routes',
          controllerName: 'kong',
          fields: { uri, query: '{}' },
          ...(withParent && { parentRef: { group: KONG, kind: 'KongPlugin', name: 'a' } }),
        },
      },
    ),
  );

const configMap = fc
  .constantFrom(CERTIFICATE_A, 'none')
  .map((cert) =>
    object(
      'v1',
      'ConfigMap',
      { name: 'a', labels: { 'konghq.com/ca-cert': 'true' }, annotations: OURS },
      { data: { id: ID, cert } },
    ),
  );

/** Objects of the kinds that have to do with consumers, plugins for everything, and what is used over namespaces. */
export const otherObjects: fc.Arbitrary<string> = fc.oneof(
  consumer,
  consumer,
  consumerGroup,
  credential,
  clusterPlugin,
  foreignPlugin,
  pluginSecret,
  grant,
  vault,
  license,
  customEntity,
  configMap,
);
