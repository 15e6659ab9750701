import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readDocuments } from './manifest-documents.ts';

test('documents are told apart, with their names; comments alone are none', () => {
  const documents = readDocuments(`# Words.
---
apiVersion: v1
kind: Service
metadata:
  name: catalog
  namespace: shop
  labels:
    name: other
spec:
  ports: []
---
# More words.
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: kong
`);
  expect(documents).toMatchObject([
    { apiVersion: 'v1', kind: 'Service', name: 'catalog', namespace: 'shop' },
    { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', name: 'kong' },
  ]);
  expect(documents[1]).not.toHaveProperty('namespace');
});

test('all manifests of the example can be read', () => {
  const folder = fileURLToPath(new URL('../../../examples/shop/', import.meta.url));
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  const kinds = files.flatMap((file) =>
    readDocuments(readFileSync(folder + file, 'utf8')).map(({ kind }) => kind),
  );
  expect([...new Set(kinds)].sort()).toEqual([
    'EndpointSlice',
    'Ingress',
    'IngressClass',
    'KongPlugin',
    'Secret',
    'Service',
  ]);
});

test('a document without a name is refused', () => {
  expect(() => readDocuments('kind: Service\n')).toThrow('no apiVersion');
});
