import { documents } from './testing/ingress-yaml.ts';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

const NOT_PROGRAMMED = 'the plugin is not programmed';

function secret(data: Readonly<Record<string, string>>, namespace = 'shop'): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'limits', namespace },
    stringData: data,
  });
}

function pluginFrom(body: object, data?: Readonly<Record<string, string>>) {
  const manifest = {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name: 'limit', namespace: 'shop' },
    plugin: 'rate-limiting',
    ...body,
  };
  const fragments = fragmentsOf(documents(JSON.stringify(manifest), ...(data ? [secret(data)] : [])));
  return { config: partsOf(fragments, 'plugin')[0]?.definition.config, problems: problemsOf(fragments) };
}

function ref(key: string) {
  return { secretKeyRef: { name: 'limits', key } };
}

function patch(path: string, key = 'value') {
  return { path, valueFrom: ref(key) };
}

test.each([
  ['JSON', '{"minute": 5, "policy": "local"}'],
  ['YAML', 'minute: 5\npolicy: local\n'],
])('a whole configuration comes from a Secret as %s', (_format, text) => {
  const { config, problems } = pluginFrom({ configFrom: ref('config') }, { config: text });
  expect(problems).toEqual([]);
  expect(config).toEqual({ minute: 5, policy: 'local' });
});

test('patches put values from Secrets into the configuration, in their order', () => {
  const configPatches = [
    patch('/redis/password', 'password'),
    patch('/minute'),
    patch('/list/-'),
    patch('/list/0'),
  ];
  const { config, problems } = pluginFrom(
    { config: { minute: 1, list: ['a'], redis: { host: 'redis' } }, configPatches },
    { password: '"hunter2"', value: '7' },
  );
  expect(problems).toEqual([]);
  expect(config).toEqual({ minute: 7, list: [7, 'a', 7], redis: { host: 'redis', password: 'hunter2' } });
});

test('objects on the way to a patch are made, and an empty path replaces everything', () => {
  const { config } = pluginFrom({ configPatches: [patch('/a/b/c')] }, { value: 'true' });
  expect(config).toEqual({ a: { b: { c: true } } });
  const whole = pluginFrom({ config: { x: 1 }, configPatches: [patch('')] }, { value: '{"y": 2}' });
  expect(whole.config).toEqual({ y: 2 });
});

test('a key that every object has is plain data', () => {
  const { config } = pluginFrom({ configPatches: [patch('/__proto__/x')] }, { value: '1' });
  expect(JSON.stringify(config)).toBe('{"__proto__":{"x":1}}');
  expect({}).not.toHaveProperty('x');
});

test.each([
  [
    'a Secret that does not exist',
    { configFrom: ref('config') },
    undefined,
    'PluginSecretNotFound',
    'configFrom.secretKeyRef: Secret/shop/limits does not exist',
  ],
  [
    'a key that does not exist',
    { configFrom: ref('other') },
    { config: '{}' },
    'PluginSecretNotFound',
    'configFrom.secretKeyRef: Secret/shop/limits has no key "other"',
  ],
  [
    'a key that every object has',
    { configFrom: ref('constructor') },
    { config: '{}' },
    'PluginSecretNotFound',
    'configFrom.secretKeyRef: Secret/shop/limits has no key "constructor"',
  ],
  [
    'text in place of a configuration',
    { configFrom: ref('config') },
    { config: 'hunter2' },
    'PluginConfigInvalid',
    'configFrom.secretKeyRef: key "config" of Secret/shop/limits holds no object in JSON or YAML',
  ],
  [
    'what is no YAML',
    { configFrom: ref('config') },
    { config: 'hunter2: [' },
    'PluginConfigInvalid',
    'configFrom.secretKeyRef: key "config" of Secret/shop/limits holds no object in JSON or YAML',
  ],
  [
    'a patch that is no JSON',
    { configPatches: [patch('/a')] },
    { value: 'hunter2' },
    'PluginConfigInvalid',
    'configPatches[0].valueFrom.secretKeyRef: key "value" of Secret/shop/limits holds no JSON; text needs quotes',
  ],
  [
    'a patch beyond the end of a list',
    { config: { list: [] }, configPatches: [patch('/list/1')] },
    { value: '1' },
    'PluginConfigInvalid',
    'configPatches[0].path: is no JSON pointer into the configuration',
  ],
  [
    'a patch within text',
    { config: { a: 'text' }, configPatches: [patch('/a/b')] },
    { value: '1' },
    'PluginConfigInvalid',
    'configPatches[0].path: is no JSON pointer into the configuration',
  ],
  [
    'a path without its slash',
    { configPatches: [patch('a')] },
    { value: '1' },
    'PluginConfigInvalid',
    'configPatches[0].path: is no JSON pointer into the configuration',
  ],
  [
    'a list in place of everything',
    { configPatches: [patch('')] },
    { value: '[]' },
    'PluginConfigInvalid',
    'configPatches: make something else than an object of the configuration',
  ],
])('%s makes the plugin missing, and shows nothing of the Secret', (_case, body, data, code, message) => {
  const { config, problems } = pluginFrom(body, data);
  expect(config).toBeUndefined();
  expect(problems).toEqual([`error ${code} KongPlugin/limit ${message}; ${NOT_PROGRAMMED}`]);
  expect(problems.join()).not.toContain('hunter2');
});

test('a KongClusterPlugin names the namespace of the Secret', () => {
  const manifest = {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongClusterPlugin',
    metadata: { name: 'limit', annotations: { 'kubernetes.io/ingress.class': 'kong' } },
    plugin: 'rate-limiting',
    configFrom: { secretKeyRef: { namespace: 'vault', name: 'limits', key: 'config' } },
  };
  const fragments = fragmentsOf(
    documents(JSON.stringify(manifest), secret({ config: '{"minute": 5}' }, 'vault')),
  );
  expect(partsOf(fragments, 'plugin')[0]).toMatchObject({
    plugin: 'KongClusterPlugin//limit',
    definition: { config: { minute: 5 } },
  });
});
