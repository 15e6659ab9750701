import type { RouteEntity } from '../entities.ts';
import type { Fragment } from '../fragment.ts';
import { asking, fragmentOf, routePart, servicePart, shop } from '../testing/fragments.ts';
import { assemble } from './assemble.ts';

/** An Ingress with one route for every list of paths, older for a smaller age. */
const ingress = (name: string, age: number, entity: Partial<RouteEntity> = {}): Fragment =>
  fragmentOf('Ingress', name, age, routePart(name, entity));

/** Hosts and paths of each route that is served, and the problems. */
function served(...fragments: Fragment[]) {
  const { configuration, problems } = assemble([shop, ...fragments]);
  const routes = configuration.services.flatMap((service) => service.routes ?? []);
  return {
    routes: Object.fromEntries(routes.map(({ name, hosts, paths }) => [name, { hosts, paths }])),
    problems,
  };
}

describe('routes', () => {
  test('stand in their service, sorted by name, each ID with its root', () => {
    const { configuration, owners } = assemble([shop, ingress('b', 1), ingress('a', 2), ingress('B', 3)]);
    const routes = configuration.services[0]?.routes ?? [];
    expect(routes.map(({ name }) => name)).toEqual(['B', 'a', 'b']);
    expect(routes.map(({ id }) => owners.get(id))).toEqual([
      'Ingress/default/B',
      'Ingress/default/a',
      'Ingress/default/b',
    ]);
  });

  test('of two with one name the older is served', () => {
    const older = fragmentOf('Ingress', 'z', 1, routePart('r', { paths: ['/z'] }));
    const younger = fragmentOf('Ingress', 'a', 2, routePart('r', { paths: ['/a'] }));
    const { routes, problems } = served(younger, older);
    expect(routes).toEqual({ r: { paths: ['/z'] } });
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'RouteNameTaken',
        resource: younger.resource,
        field: 'spec.r',
        message: 'Ingress/default/z already gives the Kong route r',
      }),
    ]);
  });

  test('a route whose service nobody gives is left out, and waits for its own root', () => {
    const { configuration, problems, unresolved } = assemble([ingress('lost', 1)]);
    expect(configuration.services).toEqual([]);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['ServiceNotProgrammed', 'the Kong service shop is not programmed'],
    ]);
    expect(unresolved).toEqual([{ root: 'Ingress/default/lost', needs: 'Ingress/default/lost' }]);
  });
});

describe('routes that match equally', () => {
  test('the older keeps the path; the younger goes on with its other paths and a problem names the winner', () => {
    const younger = ingress('a', 2, { hosts: ['x.test'], paths: ['/one', '/two'] });
    const { routes, problems } = served(younger, ingress('z', 1, { hosts: ['x.test'], paths: ['/two'] }));
    expect(routes).toEqual({
      a: { hosts: ['x.test'], paths: ['/one'] },
      z: { hosts: ['x.test'], paths: ['/two'] },
    });
    expect(problems).toEqual([
      {
        code: 'RouteMatchTaken',
        severity: 'error',
        resource: younger.resource,
        field: 'spec.a',
        entity: 'a',
        message: 'the route z of Ingress/default/z already matches /two of x.test',
        action: 'the route is served without the paths /two',
      },
    ]);
  });

  test('a route that has nothing left is left out, and is never served for more than it asks for', () => {
    const older = ingress('old', 1, { hosts: ['x.test'], paths: ['/a'] });
    const { routes, problems } = served(older, ingress('new', 2, { hosts: ['x.test'], paths: ['/a'] }));
    expect(Object.keys(routes)).toEqual(['old']);
    expect(problems.map(({ action }) => action)).toEqual(['the route is left out']);
  });

  test('a host that is lost with all its paths goes, the others stay', () => {
    const { routes } = served(
      ingress('old', 1, { hosts: ['x.test'], paths: ['/a', '/b'] }),
      ingress('new', 2, { hosts: ['x.test', 'y.test'], paths: ['/a', '/b'] }),
    );
    expect(routes['new']).toEqual({ hosts: ['y.test'], paths: ['/a', '/b'] });
  });

  test('a path that is lost for one of several hosts goes for all, and is free for the next one', () => {
    const { routes, problems } = served(
      ingress('r1', 1, { hosts: ['x.test'], paths: ['/a'] }),
      ingress('r2', 2, { hosts: ['x.test', 'y.test'], paths: ['/a', '/b'] }),
      ingress('r3', 3, { hosts: ['y.test'], paths: ['/a'] }),
    );
    expect(routes['r2']).toEqual({ hosts: ['x.test', 'y.test'], paths: ['/b'] });
    expect(routes['r3']).toEqual({ hosts: ['y.test'], paths: ['/a'] });
    expect(problems.map(({ resource }) => resource?.name)).toEqual(['r2']);
  });

  test('of one resource the first in its order wins', () => {
    const { routes } = served(
      fragmentOf(
        'Ingress',
        'i',
        1,
        routePart('z', { paths: ['/a', '/a'] }),
        routePart('a', { paths: ['/a'] }),
      ),
    );
    expect(Object.keys(routes)).toEqual(['z']);
  });

  const other: [string, Partial<RouteEntity>, Partial<RouteEntity>][] = [
    ['another host', { hosts: ['x.test'] }, { hosts: ['y.test'] }],
    ['no host', { hosts: ['x.test'] }, {}],
    ['other methods', { methods: ['GET'] }, { methods: ['POST'] }],
    ['other protocols', { protocols: ['https'] }, {}],
    ['other server names', { snis: ['x.test'] }, {}],
    ['other headers', { headers: { version: ['1'] } }, { headers: { version: ['2'] } }],
  ];
  test.each(other)('%s: both are served', (_, first, second) => {
    const { routes, problems } = served(
      ingress('r1', 1, { paths: ['/a'], ...first }),
      ingress('r2', 2, { paths: ['/a'], ...second }),
    );
    expect(Object.keys(routes)).toEqual(['r1', 'r2']);
    expect(problems).toEqual([]);
  });

  const same: [string, Partial<RouteEntity>, Partial<RouteEntity>][] = [
    ['methods in another order', { methods: ['GET', 'POST'] }, { methods: ['POST', 'GET'] }],
    ["Kong's default protocols", {}, { protocols: ['https', 'http'] }],
    ['headers in other letters and order', { headers: { A: ['1', '2'] } }, { headers: { a: ['2', '1'] } }],
    ['what does not matter to matching', { strip_path: true }, { preserve_host: false, tags: ['x'] }],
    ['a priority of regular expressions on a plain path', { regex_priority: 1 }, { regex_priority: 2 }],
  ];
  test.each(same)('%s makes no difference', (_, first, second) => {
    const { routes } = served(
      ingress('r1', 1, { paths: ['/a'], ...first }),
      ingress('r2', 2, { paths: ['/a'], ...second }),
    );
    expect(Object.keys(routes)).toEqual(['r1']);
  });

  test('regular expressions of another priority do not match equally', () => {
    const { routes } = served(
      ingress('r1', 1, { paths: ['~/a$'], regex_priority: 1 }),
      ingress('r2', 2, { paths: ['~/a$'], regex_priority: 2 }),
    );
    expect(Object.keys(routes)).toEqual(['r1', 'r2']);
  });

  test('a younger route does not get the requests of an older one that lacks a plugin', () => {
    const guarded = fragmentOf(
      'Ingress',
      'guarded',
      1,
      routePart('g', { paths: ['/a'], plugins: asking('auth') }),
    );
    const { routes, problems } = served(guarded, ingress('open', 2, { paths: ['/a'] }));
    expect(routes).toEqual({});
    expect(problems.map(({ code }) => code)).toEqual(['PluginNotProgrammed', 'RouteMatchTaken']);
  });
});

describe('the default backend', () => {
  const backend = (name: string, age: number): Fragment =>
    fragmentOf('Ingress', name, age, routePart(name, { paths: ['/'], isDefaultBackend: true }));

  test('is that of the oldest resource', () => {
    const { routes, problems } = served(backend('new', 2), backend('old', 1));
    expect(routes).toEqual({ old: { paths: ['/'] } });
    expect(problems.map(({ code, resource }) => [code, resource?.name])).toEqual([
      ['DefaultBackendTaken', 'new'],
    ]);
  });

  test('loses against a rule for everything, even if that is younger, and its owner learns it', () => {
    const { routes, problems } = served(backend('old', 1), ingress('rule', 2, { paths: ['/'] }));
    expect(Object.keys(routes)).toEqual(['rule']);
    expect(problems.map(({ code, resource }) => [code, resource?.name])).toEqual([
      ['RouteMatchTaken', 'old'],
    ]);
  });

  test('stands beside rules for the root of one host', () => {
    const { routes } = served(backend('old', 1), ingress('rule', 2, { hosts: ['x.test'], paths: ['/'] }));
    expect(Object.keys(routes)).toEqual(['old', 'rule']);
  });
});

test('a route leads to the service that it names', () => {
  const { configuration } = assemble([
    shop,
    fragmentOf('Service', 'basket', 1, servicePart('basket')),
    fragmentOf('Ingress', 'i', 2, routePart('r', { service: 'basket' })),
  ]);
  expect(configuration.services.map(({ name, routes }) => [name, routes?.length ?? 0])).toEqual([
    ['basket', 1],
    ['shop', 0],
  ]);
});
