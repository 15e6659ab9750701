import { consumerGroupId, consumerId } from '@silverback/kong-configuration';
import { documents } from './testing/ingress-yaml.ts';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

function resource(
  kind: string,
  version: string,
  body: object,
  annotations: Readonly<Record<string, string>> = {},
): string {
  return JSON.stringify({
    apiVersion: `configuration.konghq.com/${version}`,
    kind,
    metadata: {
      name: 'ann',
      namespace: 'shop',
      annotations: { 'kubernetes.io/ingress.class': 'kong', ...annotations },
    },
    ...body,
  });
}

const consumer = (body: object, annotations = {}): string =>
  resource('KongConsumer', 'v1', body, annotations);
const group = (body: object, annotations = {}): string =>
  resource('KongConsumerGroup', 'v1beta1', body, annotations);

test('a consumer has its names, credentials, groups and plugins', () => {
  const body = { username: 'ann', custom_id: '7', credentials: ['key', 'jwt'], consumerGroups: ['gold'] };
  const fragments = fragmentsOf(consumer(body, { 'konghq.com/plugins': 'limit', 'konghq.com/tags': 'vip' }));
  expect(problemsOf(fragments)).toEqual([]);
  expect(partsOf(fragments, 'consumer')).toEqual([
    {
      type: 'consumer',
      entity: {
        id: consumerId({ username: 'ann' }),
        username: 'ann',
        custom_id: '7',
        tags: [
          'k8s-name:ann',
          'k8s-namespace:shop',
          'k8s-kind:KongConsumer',
          'k8s-group:configuration.konghq.com',
          'k8s-version:v1',
          'vip',
        ],
      },
      plugins: [{ plugin: 'KongPlugin/shop/limit', field: 'metadata.annotations["konghq.com/plugins"]' }],
      groups: [{ root: 'KongConsumerGroup/shop/gold', field: 'consumerGroups[0]' }],
      credentials: [
        { root: 'Secret/shop/key', field: 'credentials[0]' },
        { root: 'Secret/shop/jwt', field: 'credentials[1]' },
      ],
    },
  ]);
});

test('a consumer needs a username or a custom_id', () => {
  const fragments = fragmentsOf(consumer({ credentials: [] }));
  expect(partsOf(fragments, 'consumer')).toEqual([]);
  expect(problemsOf(fragments)).toEqual([
    'error ResourceInvalid KongConsumer/ann username: is required unless there is a custom_id; the consumer is left out',
  ]);
  expect(partsOf(fragmentsOf(consumer({ custom_id: '7' })), 'consumer')).toHaveLength(1);
});

test.each([
  ['another class', { 'kubernetes.io/ingress.class': 'other' }, {}],
  ['a control plane of Konnect', {}, { spec: { controlPlaneRef: { type: 'konnectID' } } }],
])('what belongs to %s is none of ours', (_whom, annotations, body) => {
  const manifests = documents(consumer({ username: 'ann', ...body }, annotations), group(body, annotations));
  expect([...fragmentsOf(manifests).keys()]).toEqual([]);
});

test('a group has the name of its object, and plugins', () => {
  const facts = { version: '3.9.1.0-enterprise-edition' };
  const yaml = group({ spec: { name: 'other' } }, { 'konghq.com/plugins': 'limit' });
  const fragments = fragmentsOf(yaml, { facts });
  expect(problemsOf(fragments)).toEqual([]);
  expect(partsOf(fragments, 'consumer-group')).toMatchObject([
    { entity: { id: consumerGroupId('ann'), name: 'ann' }, plugins: [{ plugin: 'KongPlugin/shop/limit' }] },
  ]);
});
