import type { Fragment } from '../fragment.ts';
import { customEntityId, pluginId } from '../ids.ts';
import {
  asking,
  consumerPart,
  customEntityPart,
  fragmentOf,
  licensePart,
  pluginPart,
  routePart,
  servicePart,
  shop,
  vaultPart,
} from '../testing/fragments.ts';
import { assemble } from './assemble.ts';

const global = (name: string, age: number, type: string): Fragment =>
  fragmentOf('KongPlugin', name, age, pluginPart(name, type), {
    type: 'global-plugin',
    plugin: `KongPlugin/default/${name}`,
  });

const told = (...fragments: Fragment[]) =>
  assemble(fragments).problems.map(({ code, severity, resource }) => [code, severity, resource?.name]);

describe('plugins for all requests', () => {
  test('stand beside the other entities, and where they are asked for too', () => {
    const route = fragmentOf('Ingress', 'i', 1, routePart('r', { plugins: asking('id') }));
    const { configuration } = assemble([shop, route, global('id', 1, 'correlation-id')]);
    expect(configuration.plugins?.map(({ id }) => id)).toEqual([pluginId('correlation-id', {})]);
    expect(configuration.services[0]?.routes?.[0]?.plugins).toHaveLength(1);
  });

  test('the oldest of a type wins, and the other one is told', () => {
    const fragments = [global('young', 2, 'cors'), global('old', 1, 'cors'), global('other', 3, 'acl')];
    const { configuration, owners } = assemble(fragments);
    expect(configuration.plugins).toHaveLength(2);
    expect(owners.get(pluginId('cors', {}))).toBe('KongPlugin/default/old');
    expect(told(...fragments)).toEqual([['GlobalPluginTaken', 'error', 'young']]);
  });
});

test('of two vaults with one prefix the oldest wins, and the other one is told', () => {
  const fragments = [
    fragmentOf('KongVault', 'young', 2, vaultPart('env', { prefix: 'B' })),
    fragmentOf('KongVault', 'old', 1, vaultPart('env', { prefix: 'A' })),
    fragmentOf('KongVault', 'a', 3, vaultPart('a')),
  ];
  expect(assemble(fragments).configuration.vaults?.map(({ prefix, config }) => [prefix, config])).toEqual([
    ['a', {}],
    ['env', { prefix: 'A' }],
  ]);
  expect(told(...fragments)).toEqual([['VaultPrefixTaken', 'error', 'young']]);
});

test('the newest licence is used, and the others are warned', () => {
  const fragments = ['a', 'b', 'c'].map((name, index) =>
    fragmentOf('KongLicense', name, Math.min(index, 1), licensePart(name)),
  );
  expect(assemble(fragments).configuration.licenses?.map(({ payload }) => payload)).toEqual(['licence b']);
  expect(told(...fragments)).toEqual([
    ['LicenseReplaced', 'warning', 'c'],
    ['LicenseReplaced', 'warning', 'a'],
  ]);
});

describe('custom entities', () => {
  const entitiesOf = (...fragments: Fragment[]) =>
    assemble(fragments).configuration.custom_entities?.['degraphql_routes'] ?? [];
  const custom = (...args: Parameters<typeof customEntityPart>): Fragment =>
    fragmentOf('KongCustomEntity', 'c', 1, customEntityPart(...args));
  const plugin = fragmentOf('KongPlugin', 'p', 1, pluginPart('p', 'degraphql'));

  test('one without a parent stands as it is, with its own ID or one for its resource', () => {
    const id = customEntityId('degraphql_routes', 'KongCustomEntity/default/c');
    expect(entitiesOf(custom({ uri: '/' }))).toEqual([{ id, uri: '/' }]);
    expect(entitiesOf(custom({ id: 'own', uri: '/' }))).toEqual([{ id: 'own', uri: '/' }]);
  });

  test('one with a parent is made for each combination of what the plugin is attached to', () => {
    const asked = { plugins: asking('p') };
    const services = fragmentOf('Service', 's', 0, servicePart('s1', asked), servicePart('s2', asked));
    const consumer = fragmentOf('KongConsumer', 'ann', 1, consumerPart(['ann'], asked));
    const made = entitiesOf(
      services,
      consumer,
      plugin,
      custom({ id: 'own' }, 'p', { service: 'services', consumer: 'consumers', route: 'routes' }),
    );
    expect(made.map(({ service, consumer: by, route }) => [service, by, route]).sort()).toEqual([
      ['s1', 'ann', undefined],
      ['s2', 'ann', undefined],
    ]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(2);
  });

  test('where only routes ask for the plugin, their services count; where nothing does, the field stays empty', () => {
    const route = fragmentOf('Ingress', 'i', 1, routePart('r', { plugins: asking('p') }));
    const entity = custom({}, 'p', { service: 'services' });
    expect(entitiesOf(shop, route, plugin, entity).map(({ service }) => service)).toEqual(['shop']);
    expect(entitiesOf(shop, plugin, entity).map(({ service }) => service)).toEqual([undefined]);
  });

  test('one whose plugin is missing, or of a type that has a resource of its own, is left out', () => {
    const reserved = { ...customEntityPart({}), entityType: 'plugins' };
    const fragments = [custom({}, 'p'), fragmentOf('KongCustomEntity', 'd', 1, reserved)];
    expect(assemble(fragments).configuration).toEqual({ certificates: [], services: [], upstreams: [] });
    expect(told(...fragments)).toEqual([
      ['PluginNotProgrammed', 'error', 'c'],
      ['CustomEntityTypeReserved', 'error', 'd'],
    ]);
  });

  test('of two with one ID the oldest wins', () => {
    const fragments = ['a', 'b'].map((name, age) =>
      fragmentOf('KongCustomEntity', name, age, customEntityPart({ id: 'same' })),
    );
    expect(entitiesOf(...fragments)).toHaveLength(1);
    expect(told(...fragments)).toEqual([['CustomEntityTaken', 'error', 'b']]);
  });
});
