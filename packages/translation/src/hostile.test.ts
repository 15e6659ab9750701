import fc from 'fast-check';
import { projectResource, type ResourceRecord } from '@silverback/cluster-state';
import { assemble, DEFAULT_FACTS, encodePayload } from '@silverback/kong-configuration';
import { TranslationEngine } from './index.ts';
import { clusterOf } from './testing/manifests.ts';

const ANNOTATIONS = [
  'rewrite',
  'methods',
  'protocols',
  'snis',
  'host-aliases',
  'headers.x-a',
  'headers.__proto__',
  'headers-separator',
  'regex-prefix',
  'regex-priority',
  'plugins',
  'tags',
  'path',
  'protocol',
  'tls-verify',
  'tls-verify-depth',
  'client-cert',
  'ca-certificates-secrets',
  'upstream-policy',
  'override',
  'host-header',
  'retries',
].map((name) => `konghq.com/${name}`);

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    '*',
    '*.*',
    '~/(',
    '/~/[',
    '$(os.exit())',
    '\\',
    '%',
    '1e9',
    'true',
  ),
);
const annotations = fc.dictionary(fc.constantFrom(...ANNOTATIONS), text);

const path = fc.record({
  path: fc.oneof(
    text,
    text.map((end) => `/${end}`),
  ),
  pathType: fc.constantFrom('Prefix', 'Exact', 'ImplementationSpecific'),
  backend: fc.constantFrom(
    { service: { name: 'shop', port: { number: 80 } } },
    { service: { name: 'shop', port: { name: 'toString' } } },
    {
      resource: { apiGroup: 'incubator.ingress-controller.konghq.com', kind: 'KongServiceFacade', name: 'f' },
    },
    {},
  ),
});

const manifests = fc
  .record({ annotations, paths: fc.array(path), host: text, policy: fc.jsonValue() })
  .map((of) => {
    const metadata = { name: 'shop', namespace: 'shop', annotations: of.annotations };
    return [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata,
        spec: { ingressClassName: 'kong', rules: [{ host: of.host, http: { paths: of.paths } }] },
      },
      { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80, appProtocol: of.host }] } },
      {
        apiVersion: 'configuration.konghq.com/v1beta1',
        kind: 'KongUpstreamPolicy',
        metadata: { name: 'true', namespace: 'shop' },
        spec: of.policy,
      },
    ];
  });

function recordsOf(objects: readonly object[]): ResourceRecord[] {
  return objects.flatMap((object) => {
    const projection = projectResource(object);
    return 'resource' in projection ? [projection.resource] : [];
  });
}

test.each(['traditional', 'expressions'])(
  'nothing that a manifest can hold stops the router flavour %s',
  (routerFlavor) => {
    fc.assert(
      fc.property(manifests, (objects) => {
        const state = clusterOf(recordsOf(objects));
        const engine = new TranslationEngine({ state, settings: { ingressClass: 'kong' } });
        engine.update(new Set());
        const fragments = engine.fragmentsFor({ ...DEFAULT_FACTS, routerFlavor });
        const { segments } = encodePayload(assemble(fragments.values()));
        expect(() => JSON.parse(Buffer.concat(segments).toString()) as unknown).not.toThrow();
      }),
    );
  },
);

test('an Ingress with 5,000 paths and an annotation of a megabyte is translated', () => {
  const paths = Array.from({ length: 5000 }, (_, index) => ({
    path: `/p${index}`,
    pathType: 'Prefix',
    backend: { service: { name: 'shop', port: { number: 80 } } },
  }));
  const metadata = {
    name: 'web',
    namespace: 'shop',
    annotations: { 'konghq.com/tags': 'x'.repeat(2 ** 20), 'konghq.com/rewrite': '$'.repeat(2 ** 20) },
  };
  const spec = { ingressClassName: 'kong', rules: [{ http: { paths } }] };
  const state = clusterOf(
    recordsOf([{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec }]),
  );
  const engine = new TranslationEngine({ state, settings: { ingressClass: 'kong' } });
  engine.update(new Set());
  expect(
    engine
      .fragments()
      .get('Ingress/shop/web')
      ?.problems.map(({ code }) => code),
  ).toContain('AnnotationInvalid');
});
