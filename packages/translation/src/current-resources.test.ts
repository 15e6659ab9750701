import { DEFAULT_FACTS, FragmentMap, type Fragment } from '@silverback/kong-configuration';
import fc from 'fast-check';
import { backendOfKongService, facadeServiceName, kongServiceName } from './backends.ts';
import { TranslationEngine } from './index.ts';
import { documents, ingressYaml, serviceYaml } from './testing/ingress-yaml.ts';
import { clusterOf, resourcesOf } from './testing/manifests.ts';

const PORTS = {
  ports: [
    { name: 'http', port: 80 },
    { name: 'stream', port: 81 },
  ],
};

const slice = JSON.stringify({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [
    { name: 'http', port: 8080 },
    { name: 'stream', port: 8081 },
  ],
  endpoints: [{ addresses: ['10.0.0.1'] }],
});

function engineOf(...manifests: readonly string[]): TranslationEngine {
  const engine = new TranslationEngine({
    state: clusterOf(resourcesOf(documents(...manifests))),
    settings: { ingressClass: 'kong' },
  });
  engine.update(new Set());
  return engine;
}

/** What a form of a root needs where all that is left is `now`; the form is what `then` made of the root. */
function neededBy(root: string, then: readonly string[], now: readonly string[]): readonly Fragment[] {
  const form = engineOf(...then)
    .fragments()
    .get(root);
  if (form === undefined) throw new Error(`nothing is made of ${root}`);
  const engine = engineOf(...now);
  const steps = engine.currentResources(DEFAULT_FACTS).neighboursOf([form], engine.fragments());
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const facade = JSON.stringify({
  apiVersion: 'incubator.ingress-controller.konghq.com/v1alpha1',
  kind: 'KongServiceFacade',
  metadata: { name: 'front', namespace: 'shop', annotations: { 'kubernetes.io/ingress.class': 'kong' } },
  spec: { backendRef: { name: 'web', port: 80 } },
});

const ofFacade = JSON.stringify({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    ingressClassName: 'kong',
    defaultBackend: {
      resource: {
        apiGroup: 'incubator.ingress-controller.konghq.com',
        kind: 'KongServiceFacade',
        name: 'front',
      },
    },
  },
});

const stream = (kind: string): string =>
  JSON.stringify({
    apiVersion: 'configuration.konghq.com/v1beta1',
    kind,
    metadata: { name: 'web', namespace: 'shop', annotations: { 'kubernetes.io/ingress.class': 'kong' } },
    spec: { rules: [{ port: 9000, backend: { serviceName: 'web', servicePort: 81 } }] },
  });

const web = serviceYaml('web', PORTS);

test.each([
  ['Ingress/shop/web', 'Service/shop/web', [ingressYaml({ paths: { '/': 'web:80', '/x': 'web:stream' } })]],
  ['Ingress/shop/web', 'Service/shop/web', [ingressYaml({ defaultBackend: 'web:http' })]],
  ['Ingress/shop/web', 'KongServiceFacade/shop/front', [ofFacade, facade]],
  ['TCPIngress/shop/web', 'Service/shop/web', [stream('TCPIngress')]],
  ['UDPIngress/shop/web', 'Service/shop/web', [stream('UDPIngress')]],
])('what %s sent requests to is what it was then, from the resources of now: %s', (root, needed, users) => {
  const then = [...users, web, slice];
  const now = [web, slice, ...users.filter((user) => user === facade)];
  const fragments = FragmentMap.of(neededBy(root, then, now));
  expect([...fragments.keys()]).toEqual([needed]);
  expect(fragments.get(needed)?.parts).toEqual(
    engineOf(...then)
      .fragments()
      .get(needed)?.parts,
  );
});

test('what is as much used now is not made again', () => {
  const then = ingressYaml({ paths: { '/': 'web:80' } });
  const now = ingressYaml({ name: 'other', paths: { '/': 'web:80' } });
  expect(neededBy('Ingress/shop/web', [then, web], [now, web])).toEqual([]);
});

test('a Service that is used less now has all ports, those of now and those of then', () => {
  const then = ingressYaml({ paths: { '/': 'web:80' } });
  const now = ingressYaml({ name: 'other', paths: { '/': 'web:stream' } });
  const [service] = neededBy('Ingress/shop/web', [then, web], [now, web]);
  const names = service?.parts.map((part) => (part.type === 'service' ? part.entity.name : ''));
  expect(names).toEqual(['shop.web.80', 'shop.web.stream']);
});

test('a Service that only a default backend uses has the path that rules need', () => {
  const then = ingressYaml({ paths: { '/': 'web:80' } });
  const now = ingressYaml({ name: 'other', defaultBackend: 'web:80' });
  const [service] = neededBy('Ingress/shop/web', [then, web], [now, web]);
  expect(service?.parts).toMatchObject([{ entity: { name: 'shop.web.80', path: '/' } }]);
});

test('a Service that is gone is what it is for any Ingress that names it: without endpoints', () => {
  const then = ingressYaml({ paths: { '/': 'web:80' } });
  const [service] = neededBy('Ingress/shop/web', [then, web, slice], [slice]);
  expect(service?.parts).toMatchObject([{ entity: { name: 'shop.web.80' } }]);
  expect(JSON.stringify(service)).not.toContain('10.0.0.1');
});

describe('the values of Secrets in a plugin', () => {
  const plugin = JSON.stringify({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name: 'limit', namespace: 'shop' },
    plugin: 'rate-limiting',
    config: { hosts: ['first'] },
    configPatches: [
      { path: '/hosts/0', valueFrom: { secretKeyRef: { name: 'redis', key: 'host' } } },
      { path: '/password', valueFrom: { secretKeyRef: { name: 'redis', key: 'password' } } },
    ],
  });
  const whole = JSON.stringify({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name: 'limit', namespace: 'shop' },
    plugin: 'rate-limiting',
    configFrom: { secretKeyRef: { name: 'redis', key: 'all' } },
  });
  const redis = (stringData: object): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'redis', namespace: 'shop' },
      stringData,
    });
  const then = redis({ host: '"a"', password: '"old"', all: 'minute: 5' });

  function renewed(manifest: string, ...now: readonly string[]) {
    const part = engineOf(manifest, then).fragments().get('KongPlugin/shop/limit')?.parts[0];
    if (part?.type !== 'plugin') throw new Error('no plugin was made');
    const result = engineOf(...now)
      .currentResources(DEFAULT_FACTS)
      .renewed(part);
    return { part, result };
  }

  test('are those of now, each put where it stood', () => {
    const { result } = renewed(plugin, redis({ host: '"b"', password: '"new"' }));
    expect(result?.definition.config).toEqual({ hosts: ['b', 'first'], password: 'new' });
  });

  test('can be the whole configuration', () => {
    expect(renewed(whole, redis({ all: '{"minute":7}' })).result?.definition.config).toEqual({ minute: 7 });
  });

  test('leave the plugin as it is where they are the same', () => {
    const { part, result } = renewed(plugin, redis({ host: '"a"', password: '"old"', more: '' }));
    expect(result).toBe(part);
  });

  test.each([
    ['the Secret is gone', []],
    ['a key is gone', [redis({ host: '"a"' })]],
    ['a value is of no use', [redis({ host: '"a"', password: 'no JSON' })]],
  ])('leave no plugin where %s', (_, now) => {
    expect(renewed(plugin, ...now).result).toBeUndefined();
  });
});

test('a backend is found by the name of its Kong service', () => {
  const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/);
  const port = fc.oneof(
    fc.integer({ min: 1, max: 65_535 }).map((number) => ({ number })),
    label.filter((name) => name !== 'implicitPort').map((name) => ({ name })),
    fc.constant({}),
  );
  fc.assert(
    fc.property(
      label,
      label,
      port,
      fc.constantFrom('', '.tcp', '.udp'),
      (namespace, service, number, end) => {
        // Only ports by number are for streams.
        fc.pre(end === '' || 'number' in number);
        const backend = { service, port: number };
        expect(backendOfKongService(namespace, kongServiceName(namespace, backend) + end)).toEqual(backend);
      },
    ),
  );
  fc.assert(
    fc.property(label, label, label, (namespace, first, second) => {
      const facadeName = `${first}.${second}`;
      const name = facadeServiceName(namespace, facadeName);
      expect(backendOfKongService(namespace, name)).toEqual({ facade: facadeName });
      expect(backendOfKongService(`${namespace}x`, name)).toBeUndefined();
    }),
  );
});
