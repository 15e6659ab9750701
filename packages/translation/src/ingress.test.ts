import { documents, ingressYaml, serviceYaml, type IngressText } from './testing/ingress-yaml.ts';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

const SHOP = serviceYaml('shop', { ports: [{ name: 'http', port: 80 }] });
const BLOG = serviceYaml('blog', { ports: [{ port: 8080 }] });

function translated(ingress: IngressText, ...others: string[]) {
  const fragments = fragmentsOf(documents(ingressYaml(ingress), SHOP, BLOG, ...others));
  const problems = problemsOf(fragments);
  return { routes: partsOf(fragments, 'route'), snis: partsOf(fragments, 'sni'), problems };
}

test('all paths for one host and backend stand on one route', () => {
  const { routes, problems } = translated({
    host: 'a.test',
    paths: { '/': 'shop:80', '/posts': 'blog:8080', '/cart': 'shop:80' },
  });
  expect(problems).toEqual([]);
  expect(
    routes.map(({ entity, service, field }) => [entity.name, service, entity.hosts, entity.paths, field]),
  ).toEqual([
    [
      'shop.web.shop.a.test.80',
      'shop.shop.80',
      ['a.test'],
      ['/', '/cart/', '~/cart$'],
      'spec.rules[0].http.paths[0]',
    ],
    [
      'shop.web.blog.a.test.8080',
      'shop.blog.8080',
      ['a.test'],
      ['/posts/', '~/posts$'],
      'spec.rules[0].http.paths[1]',
    ],
  ]);
});

test('a route holds what Kong would not do without being told, and nothing else', () => {
  const { routes } = translated({ paths: { '/': 'shop:80' } });
  expect(routes[0]?.entity).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    name: 'shop.web.shop..80',
    paths: ['/'],
    strip_path: false,
    preserve_host: true,
    tags: [
      'k8s-name:web',
      'k8s-namespace:shop',
      'k8s-kind:Ingress',
      'k8s-group:networking.k8s.io',
      'k8s-version:v1',
    ],
  });
});

test.each([
  ['a number', 'shop:80', 'shop.web.shop..80', 'shop.shop.80'],
  ['a name', 'shop:http', 'shop.web.shop..http', 'shop.shop.http'],
  ['nothing', 'shop', 'shop.web.shop..implicitPort', 'shop.shop.implicitPort'],
])('a port given by %s stands in the names', (_how, backend, route, service) => {
  const { routes, problems } = translated({ paths: { '/': backend } });
  expect(problems).toEqual([]);
  expect(routes.map((part) => [part.entity.name, part.service])).toEqual([[route, service]]);
});

test('the asterisk of a host becomes an underscore in the name', () => {
  const { routes } = translated({ host: '*.a.test', paths: { '/': 'shop:80' } });
  expect(routes[0]?.entity.name).toBe('shop.web.shop._.a.test.80');
  expect(routes[0]?.entity.hosts).toEqual(['*.a.test']);
});

test('a default backend is a route of its own for every host and path', () => {
  const { routes } = translated({
    defaultBackend: 'blog:8080',
    annotations: { 'konghq.com/host-aliases': 'b.test' },
  });
  expect(routes).toHaveLength(1);
  expect(routes[0]).toMatchObject({
    entity: { name: 'shop.web', paths: ['/'] },
    service: 'shop.blog.8080',
    field: 'spec.defaultBackend',
    isDefaultBackend: true,
  });
  expect(routes[0]?.entity.hosts).toBeUndefined();
});

test.each([
  ['missing', 'cart:80', 'error ServiceNotFound Ingress/web', 'there is no Service shop/cart'],
  ['without the port', 'shop:81', 'error ServicePortNotFound Ingress/web', 'the Service has no port 81'],
  ['without the named port', 'shop:web', 'error ServicePortNotFound Ingress/web', 'no port named "web"'],
])(
  'a Service that is %s is a problem, and the route stays so that no other answers',
  (_how, backend, head, message) => {
    const { routes, problems } = translated({ paths: { '/': backend } });
    expect(routes).toHaveLength(1);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${head} spec.rules[0].http.paths[0].backend: `);
    expect(problems[0]).toContain(message);
    expect(problems[0]).toContain('requests to it are answered with 503');
  },
);

test('a backend without a port needs a Service with exactly one', () => {
  const two = serviceYaml('two', {
    ports: [
      { name: 'a', port: 1 },
      { name: 'b', port: 2 },
    ],
  });
  const { problems } = translated({ paths: { '/': 'two' } }, two);
  expect(problems).toEqual([expect.stringContaining('leaves the port open, but the Service has 2 ports')]);
});

test('one missing Service behind many paths is one problem', () => {
  const { problems } = translated({ paths: { '/a': 'cart:80', '/b': 'cart:80' } });
  expect(problems).toHaveLength(1);
});

test('a backend that is not a Service is a problem, and the path is left out', () => {
  const ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  ingressClassName: kong
  rules:
    - http:
        paths:
          - { path: /, pathType: Prefix, backend: { resource: { kind: Bucket, name: b } } }
          - { path: shop, pathType: ImplementationSpecific, backend: { service: { name: shop, port: { number: 80 } } } }
`;
  const fragments = fragmentsOf(documents(ingress, SHOP));
  expect(partsOf(fragments, 'route')).toEqual([]);
  expect(problemsOf(fragments)).toEqual([
    'error IngressBackendUnsupported Ingress/web spec.rules[0].http.paths[0].backend: is neither a Service nor a KongServiceFacade; the path is left out',
    'error IngressPathInvalid Ingress/web spec.rules[0].http.paths[1].path: "shop" does not begin with /; the path is left out',
  ]);
});

test('what the projection could not take is a problem of the Ingress', () => {
  const ingress = ingressYaml({ paths: { '/': 'shop:80' } }).replace('"number":80', '"number":80000');
  const problems = problemsOf(fragmentsOf(documents(ingress, SHOP)));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^error ManifestFieldInvalid Ingress\/web spec\.rules\[0\]\.http\.paths\[0\]/);
});

test('each host of a TLS section asks for the certificate of its Secret', () => {
  const secret = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'cert', namespace: 'shop' },
  });
  const { snis, problems } = translated(
    { tls: { cert: ['a.test', '*.b.test'], gone: ['c.test'], none: [] } },
    secret,
  );
  expect(snis).toEqual([
    { type: 'sni', host: 'a.test', secret: 'shop/cert', field: 'spec.tls[0].hosts[0]' },
    { type: 'sni', host: '*.b.test', secret: 'shop/cert', field: 'spec.tls[0].hosts[1]' },
  ]);
  expect(problems.filter((problem) => problem.includes('Ingress/web'))).toEqual([
    'error TlsSecretNotFound Ingress/web spec.tls[1].secretName: there is no Secret shop/gone; its hosts get the default certificate of the proxy',
    'warning TlsHostsMissing Ingress/web spec.tls[2].hosts: names no host; the certificate is not shown for this section',
  ]);
});

test('a route asks for each plugin of the annotation once, in its own namespace', () => {
  const { routes, problems } = translated({
    paths: { '/': 'shop:80' },
    annotations: { 'konghq.com/plugins': ' limit, auth,,limit, shop:auth' },
  });
  const field = 'metadata.annotations["konghq.com/plugins"]';
  expect(problems).toEqual([]);
  expect(routes[0]?.plugins).toEqual([
    { plugin: 'KongPlugin/shop/limit', field },
    { plugin: 'KongPlugin/shop/auth', field },
  ]);
});

test('a plugin of another namespace never resolves, so that the route is not served without it', () => {
  const plugin = `{ apiVersion: configuration.konghq.com/v1, kind: KongPlugin, metadata: { name: auth, namespace: team }, plugin: key-auth }`;
  const annotations = { 'konghq.com/plugins': 'team:auth' };
  const fragments = fragmentsOf(
    documents(ingressYaml({ paths: { '/': 'shop:80' }, annotations }), SHOP, plugin),
  );
  const known = partsOf(fragments, 'plugin').map((part) => part.plugin);
  expect(known).toEqual(['KongPlugin/team/auth']);
  expect(
    partsOf(fragments, 'route')[0]?.plugins.map((reference) => known.includes(reference.plugin)),
  ).toEqual([false]);
  expect(problemsOf(fragments)).toEqual([
    expect.stringContaining(
      'error PluginReferenceNotPermitted Ingress/web metadata.annotations["konghq.com/plugins"]',
    ),
  ]);
});
