import { documents, ingressYaml } from './testing/ingress-yaml.ts';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

function clusterPlugin(name: string, more: { labels?: object; class?: string; body?: object } = {}): string {
  const annotations = { 'kubernetes.io/ingress.class': more.class ?? 'kong' };
  return JSON.stringify({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongClusterPlugin',
    metadata: { name, annotations, labels: more.labels ?? {} },
    plugin: 'cors',
    ...more.body,
  });
}

function plugin(name: string, namespace = 'shop'): string {
  return JSON.stringify({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name, namespace },
    plugin: 'cors',
  });
}

function grant(from: object, to: object = { group: 'configuration.konghq.com', kind: 'KongPlugin' }): string {
  return JSON.stringify({
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: 'grant', namespace: 'team' },
    spec: { from: [from], to: [to] },
  });
}

const INGRESS = { group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop' };

function asked(value: string, ...others: string[]) {
  const ingress = ingressYaml({ paths: { '/': 'shop:80' }, annotations: { 'konghq.com/plugins': value } });
  const fragments = fragmentsOf(documents(ingress, ...others));
  const [route] = partsOf(fragments, 'route');
  return {
    plugins: route?.plugins.map((reference) => reference.plugin),
    problems: problemsOf(fragments).filter((problem) => problem.includes('PluginReference')),
  };
}

test('a plugin with the label global runs for all requests', () => {
  const fragments = fragmentsOf(
    documents(clusterPlugin('all', { labels: { global: 'true' } }), clusterPlugin('some')),
  );
  expect(partsOf(fragments, 'plugin').map(({ plugin }) => plugin)).toEqual([
    'KongClusterPlugin//all',
    'KongClusterPlugin//some',
  ]);
  expect(partsOf(fragments, 'global-plugin')).toEqual([
    { type: 'global-plugin', plugin: 'KongClusterPlugin//all' },
  ]);
});

test('a plugin of another class is none of ours', () => {
  expect(fragmentsOf(clusterPlugin('all', { class: 'other', labels: { global: 'true' } })).size).toBe(0);
});

test('an invalid one is not programmed', () => {
  const body = { configFrom: { secretKeyRef: { name: 'a', key: 'b' } } };
  const fragments = fragmentsOf(clusterPlugin('all', { labels: { global: 'true' }, body }));
  expect([...partsOf(fragments, 'plugin'), ...partsOf(fragments, 'global-plugin')]).toEqual([]);
  expect(problemsOf(fragments)).toEqual([
    'error KongPluginInvalid KongClusterPlugin/all configFrom.secretKeyRef.namespace: is required; the plugin is not programmed',
  ]);
});

test('a KongPlugin of the namespace comes before a KongClusterPlugin of the same name', () => {
  expect(asked('auth', clusterPlugin('auth')).plugins).toEqual(['KongClusterPlugin//auth']);
  expect(asked('auth', clusterPlugin('auth'), plugin('auth')).plugins).toEqual(['KongPlugin/shop/auth']);
  expect(asked('auth').plugins).toEqual(['KongPlugin/shop/auth']);
});

test('a plugin of another namespace needs a grant there', () => {
  const reference = asked('team:auth', plugin('auth', 'team'), grant(INGRESS));
  expect(reference).toEqual({ plugins: ['KongPlugin/team/auth'], problems: [] });
});

test.each([
  ['none', []],
  ['another kind', [grant({ ...INGRESS, kind: 'TCPIngress', group: 'configuration.konghq.com' })]],
  ['another namespace', [grant({ ...INGRESS, namespace: 'blog' })]],
  ['another group', [grant({ ...INGRESS, group: 'extensions' })]],
  [
    'another plugin',
    [grant(INGRESS, { group: 'configuration.konghq.com', kind: 'KongPlugin', name: 'other' })],
  ],
  ['Secrets', [grant(INGRESS, { group: '', kind: 'Secret' })]],
])('a grant for %s does not do', (_what, grants) => {
  const { plugins, problems } = asked('team:auth', plugin('auth', 'team'), ...grants);
  expect(plugins).toEqual(['KongPlugin/team:auth']);
  expect(problems).toHaveLength(1);
});

test('a grant may name the plugin, and the own namespace needs none', () => {
  const named = grant(INGRESS, { group: 'configuration.konghq.com', kind: 'KongPlugin', name: 'auth' });
  expect(asked('team:auth', plugin('auth', 'team'), named).plugins).toEqual(['KongPlugin/team/auth']);
  expect(asked('shop:auth', plugin('auth')).plugins).toEqual(['KongPlugin/shop/auth']);
});
