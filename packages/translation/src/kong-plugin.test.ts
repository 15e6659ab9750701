import { documents, ingressYaml } from './testing/ingress-yaml.ts';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

function pluginFrom(body: object, annotations: Readonly<Record<string, string>> = {}) {
  const metadata = { name: 'limit', namespace: 'shop', annotations };
  const fragments = fragmentsOf(
    JSON.stringify({ apiVersion: 'configuration.konghq.com/v1', kind: 'KongPlugin', metadata, ...body }),
  );
  return { part: partsOf(fragments, 'plugin')[0], problems: problemsOf(fragments) };
}

const TAGS = [
  'k8s-name:limit',
  'k8s-namespace:shop',
  'k8s-kind:KongPlugin',
  'k8s-group:configuration.konghq.com',
  'k8s-version:v1',
];

test('a KongPlugin is a definition with its configuration as written', () => {
  const config = { minute: 5, policy: 'local', empty: null, list: [1, { a: [] }] };
  const { part, problems } = pluginFrom({ plugin: 'rate-limiting', config });
  expect(problems).toEqual([]);
  expect(part).toEqual({
    type: 'plugin',
    plugin: 'KongPlugin/shop/limit',
    definition: { name: 'rate-limiting', config, tags: TAGS },
  });
});

test('protocols, ordering, instance name and tags of the user are taken over', () => {
  const { part } = pluginFrom(
    {
      plugin: 'rate-limiting',
      protocols: ['https'],
      ordering: { before: { access: ['key-auth'] } },
      instance_name: 'mine',
      run_on: 'first',
      disabled: false,
    },
    { 'konghq.com/tags': 'team-a' },
  );
  expect(part?.definition).toEqual({
    name: 'rate-limiting',
    protocols: ['https'],
    ordering: { before: { access: ['key-auth'] } },
    instance_name: 'mine',
    tags: [...TAGS, 'team-a'],
  });
});

test('a disabled plugin stays, switched off', () => {
  expect(pluginFrom({ plugin: 'cors', disabled: true }).part?.definition.enabled).toBe(false);
});

test('an invalid plugin is not programmed, and every issue is a problem', () => {
  const { part, problems } = pluginFrom({ plugin: 'cors', config: 'x', protocols: ['htps'] });
  expect(part).toBeUndefined();
  expect(problems.map((problem) => problem.split(':')[0])).toEqual([
    'error KongPluginInvalid KongPlugin/limit config',
    'error KongPluginInvalid KongPlugin/limit protocols[0]',
  ]);
  expect(problems[0]).toContain('the plugin is not programmed');
});

function nested(depth: number): unknown {
  return depth === 0 ? 'leaf' : { a: nested(depth - 1) };
}

test.each([
  ['an integer that Kong would round', { limit: 2 ** 60 }],
  ['too deep an object', { deep: nested(60) }],
])('%s in the configuration is a problem of the plugin, not of everything', (_what, config) => {
  const body = {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name: 'limit', namespace: 'shop' },
  };
  const fragments = fragmentsOf(
    documents(JSON.stringify({ ...body, plugin: 'x', config }), ingressYaml({ paths: { '/': 'shop:80' } })),
  );
  expect(partsOf(fragments, 'plugin')).toEqual([]);
  expect(partsOf(fragments, 'route')).toHaveLength(1);
  expect(problemsOf(fragments)).toContainEqual(
    expect.stringContaining('error KongPluginInvalid KongPlugin/limit config'),
  );
});
