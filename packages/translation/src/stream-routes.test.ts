import { documents, serviceYaml } from './testing/ingress-yaml.ts';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

function streamYaml(
  kind: string,
  annotations: Record<string, string>,
  rules: readonly object[],
  tls: object[] = [],
) {
  return JSON.stringify({
    apiVersion: 'configuration.konghq.com/v1beta1',
    kind,
    metadata: {
      name: 's',
      namespace: 'shop',
      annotations: { 'kubernetes.io/ingress.class': 'kong', ...annotations },
    },
    spec: { rules, tls },
  });
}

const RULE = { port: 9000, backend: { serviceName: 'shop', servicePort: 80 } };
const SHOP = serviceYaml('shop', { ports: [{ port: 80 }] });

function translated(kind: string, annotations: Record<string, string>, rules: readonly object[] = [RULE]) {
  const fragments = fragmentsOf(documents(streamYaml(kind, annotations, rules), SHOP));
  return {
    routes: partsOf(fragments, 'route'),
    services: partsOf(fragments, 'service'),
    problems: problemsOf(fragments),
  };
}

test.each([
  ['tls', ['tls']],
  ['tls_passthrough', ['tls_passthrough']],
  ['tcp', ['tcp']],
])('a TCPIngress for %s only', (protocols, expected) => {
  const { routes, problems } = translated('TCPIngress', { 'konghq.com/protocols': protocols });
  expect(problems).toEqual([]);
  expect(routes.map(({ entity }) => entity.protocols)).toEqual([expected]);
});

test('a port on which proxies do not listen is told of, and programmed all the same', () => {
  const yaml = documents(streamYaml('TCPIngress', {}, [RULE, { ...RULE, port: 9001 }]), SHOP);
  const fragments = fragmentsOf(yaml, { facts: { streamListeners: ['tcp:9000', 'udp:9001'] } });
  expect(problemsOf(fragments)).toEqual([
    expect.stringContaining('warning StreamListenerMissing TCPIngress/s spec.rules[1].port'),
  ]);
  expect(partsOf(fragments, 'route')).toHaveLength(2);
});

test.each([
  ['TCPIngress', 'konghq.com/protocols', 'http'],
  ['UDPIngress', 'konghq.com/protocols', 'tcp'],
  ['TCPIngress', 'konghq.com/snis', 'a b'],
  ['TCPIngress', 'konghq.com/snis', ' , '],
])('a %s with %s: %j is not served', (kind, name, value) => {
  const { routes, problems } = translated(kind, { [name]: value });
  expect(routes).toEqual([]);
  expect(problems).toEqual([
    expect.stringContaining(`error AnnotationInvalid ${kind}/s metadata.annotations["${name}"]`),
  ]);
});

test.each([
  ['https', 'tls'],
  ['grpcs', 'tls'],
  ['tls', 'tls'],
  ['http', 'tcp'],
])('connections to a Service of the protocol %s are made over %s', (protocol, expected) => {
  const manifests = documents(
    streamYaml('TCPIngress', {}, [RULE]),
    serviceYaml('shop', { ports: [{ port: 80 }] }, { 'konghq.com/protocol': protocol }),
  );
  expect(partsOf(fragmentsOf(manifests), 'service').map(({ entity }) => entity.protocol)).toEqual([expected]);
});

test('a rule that cannot be read takes no other rule with it, nor its name', () => {
  const { routes, problems } = translated('TCPIngress', {}, [{ port: 0 }, RULE]);
  expect(routes.map(({ entity, field }) => [entity.name, field])).toEqual([['shop.s.1', 'spec.rules[1]']]);
  expect(problems.length).toBeGreaterThan(0);
});

test('two rules for one port of a Service share its Kong service', () => {
  const { routes, services } = translated('TCPIngress', {}, [RULE, { ...RULE, port: 9001 }]);
  expect(routes.map(({ service }) => service)).toEqual(['shop.shop.80', 'shop.shop.80']);
  expect(services).toHaveLength(1);
});

test('the certificates of a TCPIngress are shown for its hosts', () => {
  const secret = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'cert', namespace: 'shop' },
  });
  const tls = [{ hosts: ['db.test'], secretName: 'cert' }];
  const fragments = fragmentsOf(documents(streamYaml('TCPIngress', {}, [RULE], tls), SHOP, secret));
  expect(partsOf(fragments, 'sni').map(({ host, secret: from }) => [host, from])).toEqual([
    ['db.test', 'shop/cert'],
  ]);
});
