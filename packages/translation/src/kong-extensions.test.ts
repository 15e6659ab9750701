import { licenseId, vaultId } from '@silverback/kong-configuration';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

function resource(kind: string, body: object, metadata: object = {}): string {
  return JSON.stringify({
    apiVersion: 'configuration.konghq.com/v1alpha1',
    kind,
    metadata: { name: 'x', annotations: { 'kubernetes.io/ingress.class': 'kong' }, ...metadata },
    ...body,
  });
}

const vault = (spec: object, metadata?: object): string => resource('KongVault', { spec }, metadata);
const license = (body: object): string => resource('KongLicense', body);
const entity = (spec: object): string =>
  resource('KongCustomEntity', { spec: { controllerName: 'kong', ...spec } }, { namespace: 'shop' });

const ENTERPRISE = { facts: { version: '3.9.0.1-enterprise-edition' } };

test('a vault has its backend as name, and the tags of both', () => {
  const spec = {
    backend: 'env',
    prefix: 'my-env',
    description: 'ours',
    config: { prefix: 'KONG_' },
    tags: ['a'],
  };
  const fragments = fragmentsOf(vault(spec));
  expect(problemsOf(fragments)).toEqual([]);
  expect(partsOf(fragments, 'vault').map((part) => part.entity)).toEqual([
    {
      id: vaultId('my-env'),
      name: 'env',
      prefix: 'my-env',
      description: 'ours',
      config: { prefix: 'KONG_' },
      tags: [
        'k8s-name:x',
        'k8s-kind:KongVault',
        'k8s-group:configuration.konghq.com',
        'k8s-version:v1alpha1',
        'a',
      ],
    },
  ]);
});

test('a vault of another class or of Konnect is none of ours, and one without prefix is left out', () => {
  const other = { annotations: { 'kubernetes.io/ingress.class': 'other' } };
  expect(fragmentsOf(vault({ backend: 'env', prefix: 'a' }, other)).size).toBe(0);
  const konnect = { backend: 'env', prefix: 'a', controlPlaneRef: { type: 'konnectNamespacedRef' } };
  expect(fragmentsOf(vault(konnect)).size).toBe(0);
  expect(problemsOf(fragmentsOf(vault({ backend: 'env' })))).toEqual([
    'error ResourceInvalid KongVault/x spec.prefix: is required; the vault is left out',
  ]);
});

test.each([
  ['env', {}, '"env" is the name of a kind of vault'],
  ['hcv', ENTERPRISE, '"hcv" is the name of a kind of vault'],
  ['My_env', {}, '"My_env" must begin with a lower-case letter'],
  ['a', {}, '"a" must begin with a lower-case letter'],
  ['a-', {}, '"a-" must begin with a lower-case letter'],
])('a vault with the prefix %s is left out, because proxies refuse it (%#)', (prefix, options, message) => {
  const fragments = fragmentsOf(vault({ backend: 'env', prefix }), options);
  expect(partsOf(fragments, 'vault')).toEqual([]);
  expect(problemsOf(fragments)).toEqual([
    expect.stringMatching(/^error VaultPrefixInvalid KongVault\/x spec\.prefix: .*; the vault is left out$/),
  ]);
  expect(problemsOf(fragments)[0]).toContain(message);
});

test('prefixes that name what other proxies have are taken', () => {
  const prefixes = ['hcv', 'my-env', 'e2'].flatMap((prefix) =>
    partsOf(fragmentsOf(vault({ backend: 'env', prefix })), 'vault').map(
      ({ entity: { prefix: taken } }) => taken,
    ),
  );
  expect(prefixes).toEqual(['hcv', 'my-env', 'e2']);
});

test('a licence is for Enterprise proxies only, and only if it is enabled', () => {
  const yaml = license({ rawLicenseString: '{"license":{}}' });
  expect(partsOf(fragmentsOf(yaml, ENTERPRISE), 'license').map((part) => part.entity)).toEqual([
    { id: licenseId('x'), payload: '{"license":{}}' },
  ]);
  expect(partsOf(fragmentsOf(yaml), 'license')).toEqual([]);
  const disabled = license({ rawLicenseString: '{}', enabled: false });
  expect(partsOf(fragmentsOf(disabled, ENTERPRISE), 'license')).toEqual([]);
});

test('a custom entity stands on its own, or is made for each place of its plugin', () => {
  const fields = { uri: '/contacts', query: '{ contacts { name } }' };
  const alone = fragmentsOf(entity({ type: 'degraphql_routes', fields }));
  expect(partsOf(alone, 'custom-entity')).toEqual([
    { type: 'custom-entity', entityType: 'degraphql_routes', fields, tags: [] },
  ]);
  const child = fragmentsOf(entity({ type: 'degraphql_routes', fields, parentRef: { name: 'graph' } }));
  expect(partsOf(child, 'custom-entity')).toMatchObject([
    {
      parent: { plugin: 'KongPlugin/shop/graph', field: 'spec.parentRef' },
      foreignFields: { service: 'services' },
    },
  ]);
});

test.each([
  [{ type: 'services', fields: {} }, 'ResourceInvalid', 'spec.type: has a resource of its own'],
  [
    { type: 'sessions', fields: {}, parentRef: { name: 'session' } },
    'CustomEntityParentUnknown',
    'spec.parentRef: it is not known which fields of sessions name a service, route or consumer',
  ],
  [
    { type: 'degraphql_routes', fields: {}, parentRef: { kind: 'Service', group: '', name: 'x' } },
    'CustomEntityParentUnknown',
    'spec.parentRef: must be a KongPlugin or a KongClusterPlugin of configuration.konghq.com',
  ],
  [
    { type: 'degraphql_routes', fields: {}, parentRef: { namespace: 'team', name: 'x' } },
    'PluginReferenceNotPermitted',
    'spec.parentRef: no ReferenceGrant in team permits that for the kind KongCustomEntity of shop',
  ],
])('the custom entity %j is left out with a problem', (spec, code, message) => {
  const fragments = fragmentsOf(entity(spec));
  expect(partsOf(fragments, 'custom-entity')).toEqual([]);
  expect(problemsOf(fragments)).toEqual([
    `error ${code} KongCustomEntity/x ${message}; the entity is left out`,
  ]);
});

test('an entity for another controller is none of ours', () => {
  expect(fragmentsOf(entity({ type: 'x', fields: {}, controllerName: 'other' })).size).toBe(0);
});
