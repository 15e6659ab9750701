import fc from 'fast-check';
import { keyOf, type ResourceChange, type ResourceRecord } from '@silverback/cluster-state';
import { ingressYaml, serviceYaml } from './ingress-yaml.ts';
import { CERTIFICATE_A, KEY_A } from './key-pairs.ts';
import { atSomeTime, resourcesOf } from './manifests.ts';
import { otherObjects } from './other-objects.ts';

const name = fc.constantFrom('a', 'b');
const backend = fc.constantFrom('a:80', 'a:http', 'b:80', 'b');

const ingress = fc
  .record({
    name,
    paths: fc.dictionary(fc.constantFrom('/', '/x', '/y'), backend, { maxKeys: 2 }),
    defaultBackend: fc.option(backend, { nil: undefined }),
    tls: fc.dictionary(name, fc.constant(['a.test']), { maxKeys: 2 }),
    annotations: fc.constantFrom<Record<string, string>>(
      {},
      { 'konghq.com/plugins': 'a' },
      { 'konghq.com/plugins': 'team:a' },
      { 'konghq.com/methods': '?' },
    ),
    ingressClass: fc.constantFrom('"ingressClassName":"kong",', '"ingressClassName":"nginx",', ''),
  })
  .map(({ ingressClass, defaultBackend, ...text }) => {
    const yaml = ingressYaml(defaultBackend === undefined ? text : { ...text, defaultBackend });
    return yaml.replace('"ingressClassName":"kong",', ingressClass);
  });

const service = fc
  .record({
    name,
    spec: fc.constantFrom<object>(
      { ports: [{ name: 'http', port: 80 }] },
      {
        ports: [
          { name: 'web', port: 80 },
          { name: 'http', port: 81 },
        ],
      },
      { type: 'ExternalName', externalName: 'api.example.com' },
    ),
    annotations: fc.constantFrom<Record<string, string>>(
      {},
      { 'konghq.com/tls-verify': 'true' },
      { 'konghq.com/upstream-policy': 'a', 'konghq.com/protocol': 'https', 'konghq.com/client-cert': 'a' },
      {
        'konghq.com/protocol': 'https',
        'konghq.com/tls-verify': 'true',
        'konghq.com/ca-certificates-secrets': 'b',
      },
    ),
  })
  .map((text) => serviceYaml(text.name, text.spec, text.annotations));

const slice = fc
  .record({ name, service: name, address: fc.constantFrom('10.0.0.1', '10.0.0.2') })
  .map((text) =>
    JSON.stringify({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: text.name,
        namespace: 'shop',
        labels: { 'kubernetes.io/service-name': text.service },
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: [{ addresses: [text.address] }],
    }),
  );

const labels = fc.constantFrom({}, { 'konghq.com/ca-cert': 'true' });
const ID = 'cce8c384-721f-4f58-85dd-50834e3e733a';

const secret = fc.record({ name, labels, key: fc.constantFrom(KEY_A, 'none') }).map((text) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: text.name, namespace: 'shop', labels: text.labels },
    stringData: { 'tls.crt': CERTIFICATE_A, 'tls.key': text.key, id: ID, cert: CERTIFICATE_A },
  }),
);

const plugin = fc.record({ name, plugin: fc.constantFrom<unknown>('cors', 5) }).map((text) =>
  JSON.stringify({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name: text.name, namespace: 'shop' },
    plugin: text.plugin,
  }),
);

const ingressClass = fc.constantFrom('true', 'false').map((isDefault) =>
  JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'kong', annotations: { 'ingressclass.kubernetes.io/is-default-class': isDefault } },
    spec: {
      controller: 'any',
      parameters: {
        apiGroup: 'configuration.konghq.com',
        kind: 'IngressClassParameters',
        scope: 'Namespace',
        namespace: 'shop',
        name: 'a',
      },
    },
  }),
);

const KONG = 'configuration.konghq.com';
const ofOurClass = fc.constantFrom({}, { 'kubernetes.io/ingress.class': 'kong' });

function kongYaml(apiVersion: string, kind: string, metadata: object, body: object): string {
  return JSON.stringify({ apiVersion, kind, metadata: { namespace: 'shop', ...metadata }, ...body });
}

const stream = fc
  .record({
    kind: fc.constantFrom('TCPIngress', 'UDPIngress'),
    name,
    annotations: ofOurClass,
    service: name,
    port: fc.constantFrom(80, 81),
  })
  .map(({ kind, name: of, annotations, service: serviceName, port: servicePort }) => {
    const spec = { rules: [{ port: 9000, backend: { serviceName, servicePort } }] };
    return kongYaml(`${KONG}/v1beta1`, kind, { name: of, annotations }, { spec });
  });

const FACADE = { apiGroup: 'incubator.ingress-controller.konghq.com', kind: 'KongServiceFacade' };

const facade = fc
  .record({ name, annotations: ofOurClass, service: name })
  .map(({ name: of, annotations, service: backend }) =>
    kongYaml(
      `${FACADE.apiGroup}/v1alpha1`,
      FACADE.kind,
      { name: of, annotations },
      {
        spec: { backendRef: { name: backend, port: 80 } },
      },
    ),
  );

const facadeUser = fc.record({ name, facade: name }).map((text) => {
  const backend = { resource: { ...FACADE, name: text.facade } };
  const paths = [{ path: '/f', pathType: 'Prefix', backend }];
  const spec = { ingressClassName: 'kong', rules: [{ http: { paths } }] };
  return kongYaml('networking.k8s.io/v1', 'Ingress', { name: text.name }, { spec });
});

const policy = fc
  .constantFrom('least-connections', 'sticky-sessions', 'wrong')
  .map((algorithm) =>
    kongYaml(`${KONG}/v1beta1`, 'KongUpstreamPolicy', { name: 'a' }, { spec: { algorithm } }),
  );

const parameters = fc
  .boolean()
  .map((serviceUpstream) =>
    kongYaml(`${KONG}/v1alpha1`, 'IngressClassParameters', { name: 'a' }, { spec: { serviceUpstream } }),
  );

function changeOf(resource: ResourceRecord, isDelete: boolean): ResourceChange {
  return isDelete ? { type: 'delete', key: keyOf(resource) } : { type: 'upsert', resource };
}

/** A change among few objects of every kind, so that they meet each other often. CA certificates expire among them. */
export const anyChange: fc.Arbitrary<ResourceChange> = fc
  .tuple(
    fc.oneof(
      ingress,
      ingress,
      facadeUser,
      service,
      slice,
      secret,
      plugin,
      ingressClass,
      stream,
      facade,
      policy,
      parameters,
      otherObjects,
      otherObjects,
      otherObjects,
      otherObjects,
    ),
    fc.nat(3),
  )
  .map(([yaml, dice]) => {
    const [resource] = resourcesOf(yaml);
    if (resource === undefined) throw new Error('a generated manifest holds no resource');
    return changeOf(atSomeTime(resource, dice === 1), dice === 0);
  });
