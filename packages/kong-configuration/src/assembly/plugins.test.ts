import type { Fragment, PluginPart } from '../fragment.ts';
import { pluginId } from '../ids.ts';
import { asking, fragmentOf, pluginPart, routePart, servicePart, shop } from '../testing/fragments.ts';
import { assemble } from './assemble.ts';

const ingress = (name: string, ...plugins: string[]): Fragment =>
  fragmentOf('Ingress', name, 1, routePart(name, { plugins: asking(...plugins) }));

const keyAuth = fragmentOf('KongPlugin', 'auth', 9, pluginPart('auth', 'key-auth', { key_names: ['k'] }));
const limit = fragmentOf('KongPlugin', 'limit', 9, pluginPart('limit', 'rate-limiting'));

const routesOf = (...fragments: Fragment[]) =>
  assemble([shop, ...fragments]).configuration.services.flatMap((service) => service.routes ?? []);

describe('plugins', () => {
  test('each route gets its own instances, sorted by type, with the ID of the place and the root of the definition', () => {
    const { configuration, owners } = assemble([
      shop,
      ingress('r1', 'limit', 'auth'),
      ingress('r2', 'auth'),
      keyAuth,
      limit,
    ]);
    const [r1, r2] = configuration.services[0]?.routes ?? [];
    expect(r1?.plugins?.map(({ id, name }) => [id, name])).toEqual([
      [pluginId('key-auth', { route: 'r1' }), 'key-auth'],
      [pluginId('rate-limiting', { route: 'r1' }), 'rate-limiting'],
    ]);
    expect(r2?.plugins).toEqual([
      { id: pluginId('key-auth', { route: 'r2' }), name: 'key-auth', config: { key_names: ['k'] } },
    ]);
    expect(owners.get(pluginId('key-auth', { route: 'r2' }))).toBe('KongPlugin/default/auth');
  });

  test('a definition that nobody asks for is nowhere', () => {
    expect(assemble([keyAuth]).configuration).toEqual({ certificates: [], services: [], upstreams: [] });
  });

  test('a route whose plugin is not there is left out; other routes of the resource stay', () => {
    const fragment = fragmentOf(
      'Ingress',
      'i',
      1,
      routePart('r1', { plugins: asking('auth') }),
      routePart('r2'),
    );
    const { configuration, problems, unresolved } = assemble([shop, fragment]);
    expect(configuration.services[0]?.routes?.map(({ name }) => name)).toEqual(['r2']);
    expect(problems).toEqual([
      {
        code: 'PluginNotProgrammed',
        severity: 'error',
        resource: fragment.resource,
        field: 'metadata.annotations["konghq.com/plugins"]',
        entity: 'r1',
        message: 'KongPlugin/default/auth is not programmed',
        action: 'the route r1 is left out rather than served without the plugin',
      },
    ]);
    expect(unresolved).toEqual([{ root: 'Ingress/default/i', needs: 'KongPlugin/default/auth' }]);
  });

  test('a KongPlugin that gives nothing gets the problem too, once, whoever asks for it', () => {
    const broken = fragmentOf('KongPlugin', 'auth', 9);
    const { problems } = assemble([shop, ingress('r1', 'auth'), ingress('r2', 'auth'), broken]);
    expect(problems.map(({ code, resource }) => [code, resource?.kind, resource?.name])).toEqual([
      ['PluginNotProgrammed', 'Ingress', 'r1'],
      ['PluginNotProgrammed', 'Ingress', 'r2'],
      ['PluginNotProgrammed', 'KongPlugin', 'auth'],
    ]);
  });

  test('the same KongPlugin twice is one', () => {
    expect(routesOf(ingress('r1', 'auth', 'auth'), keyAuth)[0]?.plugins).toHaveLength(1);
  });

  test('two KongPlugins of one type: the route is left out, and the problem names both', () => {
    const second = fragmentOf('KongPlugin', 'auth2', 9, pluginPart('auth2', 'key-auth'));
    const { configuration, problems } = assemble([shop, ingress('r1', 'auth', 'auth2'), keyAuth, second]);
    expect(configuration.services[0]?.routes).toBeUndefined();
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      [
        'PluginTypeRepeated',
        'KongPlugin/default/auth and KongPlugin/default/auth2 are both of type key-auth, and Kong takes one of a type',
      ],
    ]);
  });

  test('one type on a service and on its route is no conflict', () => {
    const { configuration } = assemble([
      fragmentOf('Service', 'shop', 0, servicePart('shop', { plugins: asking('auth') })),
      ingress('r1', 'auth'),
      keyAuth,
    ]);
    const [service] = configuration.services;
    expect(service?.plugins?.[0]?.id).toBe(pluginId('key-auth', { service: 'shop' }));
    expect(service?.routes?.[0]?.plugins?.[0]?.id).toBe(pluginId('key-auth', { route: 'r1' }));
  });

  test('of two definitions of one name the older one counts', () => {
    const { problems } = assemble([keyAuth, fragmentOf('Other', 'auth', 99, pluginPart('auth', 'acl'))]);
    expect(problems.map(({ code, resource }) => [code, resource?.kind])).toEqual([
      ['PluginNameTaken', 'Other'],
    ]);
  });
});

describe('instance names', () => {
  const named = (name: string, type: string): Fragment => {
    const part = pluginPart(name, type);
    const definition: PluginPart['definition'] = { ...part.definition, instance_name: 'example' };
    return fragmentOf('KongPlugin', name, 9, { ...part, definition });
  };

  test("get the suffix that Kong's own controller gives them", () => {
    const name = 'default.httpbin.httpbin..80';
    const routes = routesOf(ingress(name, 'id'), named('id', 'correlation-id'));
    expect(routes[0]?.plugins?.[0]?.instance_name).toBe('example-21a1f5b5f');
  });

  test('are never given twice: one is short, one is longer, and one has none', () => {
    const definitions = [named('p1', 'acl'), named('p2', 'cors'), named('p3', 'jwt')];
    const [route] = routesOf(ingress('r', 'p1', 'p2', 'p3'), ...definitions);
    const names = route?.plugins?.map(({ instance_name }) => instance_name?.length);
    expect(new Set(names)).toEqual(new Set(['example-'.length + 9, 'example-'.length + 64, undefined]));
  });
});
