import { assemble } from './assemble.ts';
import type { RouteExpression } from '../fragment.ts';
import { fragmentOf, routePart, servicePart } from '../testing/fragments.ts';

const EXPRESSION: RouteExpression = {
  hosts: ['http.host == "a"', 'http.host == "b"'],
  paths: ['http.path ^= "/x/"', 'http.path == "/x"'],
  conditions: ['(http.method == "GET") || (http.method == "PUT")'],
  priority: 7,
};

const HTTP = {
  ...routePart('web', { hosts: ['a', 'b'], paths: ['/x/', '~/x$'], methods: ['GET', 'PUT'] }),
  expression: EXPRESSION,
};
const shop = fragmentOf('Service', 'shop', 0, servicePart('shop'));

test('an expression takes the place of all fields that match', () => {
  const { configuration } = assemble([shop, fragmentOf('Ingress', 'web', 1, HTTP)]);
  expect(configuration.services[0]?.routes).toEqual([
    {
      id: HTTP.entity.id,
      name: 'web',
      expression:
        '((http.host == "a") || (http.host == "b")) && ((http.path ^= "/x/") || (http.path == "/x"))' +
        ' && ((http.method == "GET") || (http.method == "PUT"))',
      priority: 7,
    },
  ]);
});

test('what a route loses is not in its expression', () => {
  const older = {
    ...HTTP,
    ...routePart('old', { hosts: ['a'], paths: ['/x/', '~/x$'], methods: ['GET', 'PUT'] }),
  };
  const fragments = [shop, fragmentOf('Ingress', 'old', 1, older), fragmentOf('Ingress', 'web', 2, HTTP)];
  const routes = assemble(fragments).configuration.services[0]?.routes;
  expect(routes?.find(({ name }) => name === 'web')?.expression).toBe(
    '(http.host == "b") && ((http.path ^= "/x/") || (http.path == "/x")) && ((http.method == "GET") || (http.method == "PUT"))',
  );
});

test('expressions for HTTP come with one route that names the port and matches nothing', () => {
  const { configuration } = assemble([shop, fragmentOf('Ingress', 'web', 1, HTTP)]);
  expect(configuration.routes).toHaveLength(1);
  expect(configuration.routes?.[0]?.expression).toContain('net.dst.port == 0');
  expect(
    assemble([shop, fragmentOf('Ingress', 'web', 1, routePart('web'))]).configuration.routes,
  ).toBeUndefined();
});

test('connections to different ports are different matches', () => {
  const stream = (name: string, port: number) => ({
    ...routePart(name, { paths: [], protocols: ['tcp', 'tls'], destinations: [{ port }] }),
    expression: { hosts: [], paths: [], conditions: [`net.dst.port == ${port}`], priority: 1 },
  });
  const fragments = [
    shop,
    fragmentOf('TCPIngress', 'a', 1, stream('a', 9000)),
    fragmentOf('TCPIngress', 'b', 2, stream('b', 9001)),
    fragmentOf('TCPIngress', 'c', 3, stream('c', 9000)),
  ];
  const { configuration, problems } = assemble(fragments);
  expect(configuration.services[0]?.routes?.map(({ name, expression }) => [name, expression])).toEqual([
    ['a', 'net.dst.port == 9000'],
    ['b', 'net.dst.port == 9001'],
  ]);
  expect(problems.map(({ code, resource }) => [code, resource?.name])).toEqual([['RouteMatchTaken', 'c']]);
  expect(configuration.routes).toBeUndefined();
});
