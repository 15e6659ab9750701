import { asking, fragmentOf, pluginPart, routePart, servicePart, shop } from '../testing/fragments.ts';
import { assemble } from './assemble.ts';

describe('services', () => {
  test('stand with their upstream, targets sorted, each ID with its root', () => {
    const part = servicePart('shop', { targets: ['10.0.0.2:80', '10.0.0.10:80', '10.0.0.2:80'] });
    const { configuration, owners, problems } = assemble([fragmentOf('Service', 'shop', 0, part)]);
    expect(configuration.services).toEqual([part.entity]);
    expect(configuration.upstreams.map(({ name }) => name)).toEqual(['shop.svc']);
    const targets = configuration.upstreams[0]?.targets ?? [];
    expect(targets.map(({ target }) => target)).toEqual(['10.0.0.10:80', '10.0.0.2:80']);
    for (const { id } of [part.entity, ...configuration.upstreams, ...targets]) {
      expect(owners.get(id)).toBe('Service/default/shop');
    }
    expect(problems).toEqual([]);
  });

  test('an upstream without targets has no empty list of them', () => {
    const { configuration } = assemble([
      fragmentOf('Service', 'shop', 0, servicePart('shop', { targets: [] })),
    ]);
    expect(configuration.upstreams[0]).not.toHaveProperty('targets');
  });

  test('of two with one name the older is served, and the younger gets a problem that names it', () => {
    const older = fragmentOf('Service', 'z', 1, servicePart('shop', { retries: 1 }));
    const younger = fragmentOf('Service', 'a', 2, servicePart('shop', { retries: 2 }));
    const { configuration, problems } = assemble([younger, older]);
    expect(configuration.services.map(({ retries }) => retries)).toEqual([1]);
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'ServiceNameTaken',
        severity: 'error',
        resource: younger.resource,
        entity: 'shop',
        message: 'Service/default/z already gives the Kong service shop',
      }),
    ]);
  });

  test('two may share an upstream that is the same, but never reach the endpoints of another', () => {
    const own = servicePart('shop');
    const { upstream } = own;
    const sharing = { ...servicePart('basket', { host: 'shop.svc' }), ...(upstream && { upstream }) };
    const foreign = servicePart('wish', { host: 'shop.svc', targets: ['10.9.9.9:80'] });
    const stealing = { ...foreign, ...(upstream && { upstream: { ...upstream, host_header: 'x' } }) };
    const { configuration, owners, problems } = assemble([
      fragmentOf('Service', 'shop', 1, own),
      fragmentOf('Service', 'basket', 2, sharing),
      fragmentOf('Service', 'wish', 3, stealing),
    ]);
    expect(configuration.services.map(({ name }) => name)).toEqual(['basket', 'shop']);
    expect(configuration.upstreams).toEqual([upstream]);
    expect(owners.get(upstream?.id ?? '')).toBe('Service/default/shop');
    expect(problems.map(({ code, resource }) => [code, resource?.name])).toEqual([
      ['ServiceNameTaken', 'wish'],
    ]);
  });

  test("a host name that is another service's upstream is not served", () => {
    const { upstream, ...external } = servicePart('external', { host: 'shop.svc' });
    expect(upstream?.name).toBe('external.svc');
    const { configuration, problems } = assemble([fragmentOf('Service', 'external', 1, external), shop]);
    expect(configuration.services.map(({ name }) => name)).toEqual(['shop']);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['ServiceHostAmbiguous', 'its host shop.svc is the upstream of Service/default/shop'],
    ]);
  });

  test('a service whose plugin is missing is left out with its upstream and routes, and each root knows why', () => {
    const service = fragmentOf('Service', 'shop', 1, servicePart('shop', { plugins: asking('auth') }));
    const ingress = fragmentOf('Ingress', 'shop', 2, routePart('r1'), routePart('r2'));
    const { configuration, problems, unresolved, owners } = assemble([service, ingress]);
    expect(configuration).toEqual({ certificates: [], services: [], upstreams: [] });
    expect(owners.size).toBe(0);
    expect(problems.map(({ code, resource, entity }) => [code, resource?.kind, entity])).toEqual([
      ['PluginNotProgrammed', 'Service', 'shop'],
      ['ServiceNotProgrammed', 'Ingress', 'r1'],
      ['ServiceNotProgrammed', 'Ingress', 'r2'],
    ]);
    expect(unresolved).toEqual([
      { root: 'Service/default/shop', needs: 'KongPlugin/default/auth' },
      { root: 'Ingress/default/shop', needs: 'Service/default/shop' },
    ]);
  });

  test('a plugin of a service stands in it, with the ID of its place', () => {
    const { configuration } = assemble([
      fragmentOf('Service', 'shop', 1, servicePart('shop', { plugins: asking('auth') })),
      fragmentOf('KongPlugin', 'auth', 9, pluginPart('auth', 'key-auth')),
    ]);
    expect(configuration.services[0]?.plugins?.map(({ name }) => name)).toEqual(['key-auth']);
  });
});
