import type { JsonObject } from './entities.ts';
import { createFragment } from './fragment-hash.ts';
import type { PluginSecrets } from './fragment.ts';
import { secretTexts } from './secret-texts.ts';

function plugin(config: JsonObject, secrets?: PluginSecrets) {
  return createFragment({
    root: 'KongPlugin/shop/any',
    resource: { kind: 'KongPlugin', namespace: 'shop', name: 'any' },
    precedence: { creationTimestamp: '', namespace: 'shop', name: 'any', uid: '' },
    parts: [
      {
        type: 'plugin',
        plugin: 'KongPlugin/shop/any',
        definition: { name: 'any', config },
        ...(secrets && { secrets }),
      },
    ],
    problems: [],
  });
}

const value = { secret: 'shop/s', key: 'k', field: 'configFrom' };

test('all texts of a configuration that comes from a Secret are secret', () => {
  const config = { header: 'mine', limits: ['a', { deep: 'b' }], minute: 5 };
  expect([...secretTexts([plugin(config, { values: [value] })])].sort()).toEqual(['a', 'b', 'mine']);
});

test('of a configuration with patches those are that do not stand in the object', () => {
  const secrets = { config: { header: 'mine' }, values: [{ ...value, path: '/token' }] };
  expect([...secretTexts([plugin({ header: 'mine', token: 'x' }, secrets)])]).toEqual(['x']);
});

test('nothing of a configuration without Secrets is', () => {
  expect(secretTexts([plugin({ header: 'mine' })]).size).toBe(0);
});
