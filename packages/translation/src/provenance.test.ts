import { assemble, routeId, serviceId, targetId } from '@silverback/kong-configuration';
import { Provenance, TranslationEngine } from './index.ts';
import { documents, ingressYaml, serviceYaml } from './testing/ingress-yaml.ts';
import { clusterOf, resourcesOf } from './testing/manifests.ts';

const SLICE = JSON.stringify({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'cart-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'cart' } },
  addressType: 'IPv4',
  ports: [{ port: 8080 }],
  endpoints: [{ addresses: ['10.0.0.1'] }],
});

function provenanceOf(yaml: string): Provenance {
  const state = clusterOf(resourcesOf(yaml));
  const engine = new TranslationEngine({ state, settings: { ingressClass: 'kong' } });
  engine.update(new Set());
  const { owners } = assemble(engine.fragments().values());
  return new Provenance({ state, engine, fragments: engine.fragments(), ownerOf: (id) => owners.get(id) });
}

const SHOP = documents(
  ingressYaml({ name: 'web', paths: { '/cart': 'cart:80' } }),
  ingressYaml({ name: 'other', paths: { '/other': 'other:80' } }),
  serviceYaml('cart', { ports: [{ port: 80 }] }),
  serviceYaml('other', { ports: [{ port: 80 }] }),
  SLICE,
);

test('a route comes from the rule and path of its Ingress, and what the Ingress read is named', () => {
  const origin = provenanceOf(SHOP).of(routeId('shop.web.cart..80'));
  expect(origin).toMatchObject({
    resource: { kind: 'Ingress', namespace: 'shop', name: 'web' },
    field: 'spec.rules[0].http.paths[0]',
  });
  expect(origin?.reads).toContain('Service/shop/cart');
  expect(origin?.reads).not.toContain('Service/shop/other');
});

test('a service and its targets come from the Service, whose slices were read through an index', () => {
  const provenance = provenanceOf(SHOP);
  const service = provenance.of(serviceId('shop.cart.80'));
  expect(service?.resource).toMatchObject({ kind: 'Service', name: 'cart' });
  expect(service?.field).toBeUndefined();
  expect(service?.reads).toEqual(expect.arrayContaining(['EndpointSlice/shop/cart-1', 'Service/shop/cart']));
  expect(provenance.of(targetId('cart.shop.80.svc', '10.0.0.1:8080'))?.resource).toEqual(service?.resource);
});

test('what is not in the configuration has no origin', () => {
  expect(provenanceOf(SHOP).of(routeId('shop.web.gone..80'))).toBeUndefined();
});
