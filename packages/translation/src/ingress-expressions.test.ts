import { documents, ingressYaml, serviceYaml, type IngressText } from './testing/ingress-yaml.ts';
import { EXPRESSIONS, fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

const SHOP = serviceYaml('shop', { ports: [{ port: 80 }] });
const BLOG = serviceYaml('blog', { ports: [{ port: 80 }] });

function translated(ingress: IngressText) {
  const fragments = fragmentsOf(documents(ingressYaml(ingress), SHOP, BLOG), EXPRESSIONS);
  return { routes: partsOf(fragments, 'route'), problems: problemsOf(fragments) };
}

test('a longer path goes before a shorter one of another Service, whatever else the other one serves', () => {
  const { routes } = translated({
    paths: { '/': 'shop:80', '/assets/images': 'shop:80', '/api': 'blog:80' },
  });
  const byPriority = routes.toSorted((a, b) => (b.expression?.priority ?? 0) - (a.expression?.priority ?? 0));
  expect(byPriority.map(({ service, expression }) => [service, expression?.paths[0]])).toEqual([
    ['shop.shop.80', 'http.path ^= "/assets/images/"'],
    ['shop.blog.80', 'http.path ^= "/api/"'],
    ['shop.shop.80', 'http.path ^= "/"'],
  ]);
});

test('the route with the longest path has the name that it has in the other flavour', () => {
  const { routes } = translated({ paths: { '/': 'shop:80', '/cart': 'shop:80' } });
  expect(routes.map(({ entity }) => entity.name)).toEqual(['shop.web.shop..80', 'shop.web.shop..80~1']);
});

test('each host and path that is claimed has its expression at the same position', () => {
  const { routes } = translated({
    host: 'shop.test',
    annotations: { 'konghq.com/host-aliases': '*.shop.test' },
    paths: { '/cart': 'shop:80' },
  });
  expect(routes[0]?.entity).toMatchObject({
    hosts: ['shop.test', '*.shop.test'],
    paths: ['/cart/', '~/cart$'],
  });
  expect(routes[0]?.expression).toMatchObject({
    hosts: ['lower(http.host) == "shop.test"', 'lower(http.host) =^ ".shop.test"'],
    paths: ['http.path ^= "/cart/"', 'http.path == "/cart"'],
  });
});

test('routes over TLS only answer clear text with a redirect, so their expressions admit it', () => {
  const { routes } = translated({
    annotations: { 'ingress.kubernetes.io/force-ssl-redirect': 'true' },
    paths: { '/': 'shop:80' },
  });
  expect(routes[0]?.entity).toMatchObject({ protocols: ['https'], https_redirect_status_code: 302 });
  expect(routes[0]?.expression?.conditions).toEqual([]);
});

test.each([
  ['-1', '0 is taken'],
  ['40000', '32767 is taken'],
])('a priority of %s has no room in an expression: %s', (value, action) => {
  const { problems } = translated({
    annotations: { 'konghq.com/regex-priority': value },
    paths: { '/': 'shop:80' },
  });
  expect(problems).toEqual([expect.stringContaining(action)]);
});

test.each(['/~/a(?=b)', '/~/a(?<!b)', String.raw`/~/(a)\1`])(
  '%s is a warning: the router knows no such regular expression',
  (path) => {
    const { problems } = translated({ paths: { [path]: 'shop:80' } });
    expect(problems).toEqual([expect.stringMatching(/^warning IngressPathInvalid .*looks around or back/)]);
  },
);

test('where an Ingress has a path both as Exact and as Prefix, each has its part', () => {
  const manifest = ingressYaml({ paths: { '/cart': 'shop:80', '/cart/': 'blog:80' } }).replace(
    '"path":"/cart","pathType":"Prefix"',
    '"path":"/cart","pathType":"Exact"',
  );
  const routes = partsOf(fragmentsOf(documents(manifest, SHOP, BLOG)), 'route');
  expect(routes.map(({ service, entity }) => [service, entity.paths])).toEqual([
    ['shop.shop.80', ['~/cart$']],
    ['shop.blog.80', ['/cart/']],
  ]);
});
