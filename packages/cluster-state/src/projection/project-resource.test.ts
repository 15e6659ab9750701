import fc from 'fast-check';

import type { Kind, RecordByKind, ResourceRecord } from '../records.ts';
import { KINDS, SUPPORTED_KINDS } from './kinds.ts';
import { projectResource, projectResources, type ProjectionFailure } from './project-resource.ts';

function failureOf(raw: unknown): ProjectionFailure | undefined {
  const projection = projectResource(raw);
  return 'failure' in projection ? projection.failure : undefined;
}

function recordOf<K extends Kind>(kind: K, fields: object): RecordByKind[K] {
  const raw = { apiVersion: KINDS[kind].apiVersions[0], kind, metadata: { name: 'x' }, ...fields };
  const projection = projectResource(raw);
  if (!('resource' in projection)) throw new Error(JSON.stringify(projection));
  return projection.resource as RecordByKind[K];
}

function service(metadata: object): unknown {
  return { apiVersion: 'v1', kind: 'Service', metadata };
}

test('a namespaced object without namespace is in default, a cluster-scoped one is in none', () => {
  expect(recordOf('Service', {}).metadata.namespace).toBe('default');
  expect(recordOf('IngressClass', { metadata: { name: 'kong', namespace: 'odd' } }).metadata.namespace).toBe(
    '',
  );
});

test('another kind, and another version of a kind, are ignored and named', () => {
  expect(projectResource({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' } })).toEqual({
    ignored: {
      apiVersion: 'apps/v1',
      resource: { kind: 'Deployment', namespace: 'default', name: 'x' },
    },
  });
  const old = { apiVersion: 'extensions/v1beta1', kind: 'Ingress', metadata: { name: 'x' } };
  expect(projectResource(old)).toHaveProperty('ignored.apiVersion', 'extensions/v1beta1');
  expect(SUPPORTED_KINDS).toContain('networking.k8s.io/v1 Ingress');
});

test.each([
  ['text', 'must be a Kubernetes object', ''],
  [[], 'must be a Kubernetes object', ''],
  [{ kind: 'Service' }, 'must be given', 'apiVersion'],
  [{ apiVersion: 'v1', kind: 7 }, 'must be text', 'kind'],
  [{ apiVersion: 'v1', kind: 'Service' }, 'must be given', 'metadata.name'],
  [{ apiVersion: 'v1', kind: 'Service', metadata: 'x' }, 'must be an object', 'metadata'],
  [service({ name: '' }), 'must be given', 'metadata.name'],
  [service({ name: 'Big' }), 'must be a DNS name', 'metadata.name'],
  [service({ name: '../x' }), 'must be a DNS name', 'metadata.name'],
  [service({ name: 'a'.repeat(254) }), 'must be a DNS name', 'metadata.name'],
  [service({ name: 'x', namespace: 'a.b' }), 'must be a DNS label', 'metadata.namespace'],
])('%j is refused: %s', (raw, message, field) => {
  const failure = failureOf(raw);
  expect(failure?.field).toBe(field);
  expect(failure?.message).toContain(message);
});

test('an annotation that is not text refuses the object, because it could be the one that protects a route', () => {
  expect(failureOf(service({ name: 'x', annotations: { 'konghq.com/plugins': 123 } }))).toEqual({
    resource: { kind: 'Service', namespace: 'default', name: 'x' },
    field: 'metadata.annotations[konghq.com/plugins]',
    message: 'must be text: put the value in quotes',
  });
});

test('annotations and labels hold only keys that the manifest has and somebody uses', () => {
  const metadata = JSON.parse(
    '{"name":"x","annotations":{"__proto__":"a","konghq.com/tags":"b"},"labels":{"global":null}}',
  ) as object;
  const record = recordOf('Service', { metadata });
  expect(Object.keys(record.metadata.annotations)).toEqual(['konghq.com/tags']);
  expect(record.metadata.labels).toEqual({ global: '' });
});

test.each([
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
  ['2026-01-31t12:00:00.987654321+02:00', '2026-01-31T10:00:00Z'],
  ['2024-02-29T23:59:59-00:30', '2024-03-01T00:29:59Z'],
])('the creation time %s is kept as %s', (creationTimestamp, kept) => {
  const record = recordOf('Service', { metadata: { name: 'x', creationTimestamp } });
  expect(record.metadata.creationTimestamp).toBe(kept);
});

test.each([
  '2026-01-31',
  '2026-02-29T12:00:00Z',
  '2026-13-01T12:00:00Z',
  '2026-00-01T12:00:00Z',
  '9999-12-31T23:59:59-01:00',
  'yesterday',
  1769860800,
])('the creation time %s is noted as invalid and left empty', (creationTimestamp) => {
  const record = recordOf('Service', { metadata: { name: 'x', creationTimestamp } });
  expect(record.metadata.creationTimestamp).toBe('');
  expect(record.invalidFields).toHaveLength(1);
  expect(record.invalidFields[0]?.field).toBe('metadata.creationTimestamp');
});

test('the items of a List are taken in order, and a bad one does not touch the others', () => {
  const raw = {
    apiVersion: 'v1',
    kind: 'List',
    items: [service({ name: 'a' }), 5, { apiVersion: 'v1', kind: 'List', items: [service({ name: 'b' })] }],
  };
  const location = { file: 'shop.yaml', line: 4 };
  const projections = projectResources(raw, location);
  expect(projections[0]).toHaveProperty('resource.metadata.name', 'a');
  expect(projections[0]).toHaveProperty('resource.location', location);
  expect(projections[1]).toEqual({ failure: { field: 'items[1]', message: 'must be a Kubernetes object' } });
  expect(projections[2]).toHaveProperty('resource.metadata.name', 'b');
});

test('a List without a list is refused', () => {
  expect(projectResources({ apiVersion: 'v1', kind: 'List', items: {} })).toEqual([
    { failure: { field: 'items', message: 'must be a list' } },
  ]);
});

const odd = fc.oneof(
  fc.constantFrom(null, '', 'x', '/', -1, 0, 80, 1e9, NaN, true, '__proto__', '\ud800', [[]], '10.0.0.1'),
  fc.jsonValue(),
);
const fieldName = fc.constantFrom(
  ...[
    'name',
    'namespace',
    'spec',
    'rules',
    'host',
    'http',
    'paths',
    'path',
    'pathType',
    'backend',
    'service',
  ],
  ...['port', 'number', 'tls', 'hosts', 'secretName', 'ports', 'targetPort', 'addressType', 'endpoints'],
  ...['addresses', 'conditions', 'ready', 'data', 'stringData', 'config', 'defaultBackend', '__proto__'],
  ...['annotations', 'labels', 'creationTimestamp', 'type', 'externalName', 'protocol', 'uid', 'items'],
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    odd,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fieldName, tie('tree'), { maxKeys: 5 }),
  ),
}));

test('whatever an object holds, projecting never throws, and what it takes has a usable name', () => {
  const kinds = Object.keys(KINDS) as Kind[];
  const anyObject = fc.record({ kind: fc.constantFrom(...kinds), spec: tree, more: tree, metadata: tree });
  fc.assert(
    fc.property(anyObject, fc.boolean(), ({ kind, spec, more, metadata }, named) => {
      const raw = {
        ...Object.fromEntries(Object.entries(more ?? {})),
        apiVersion: KINDS[kind].apiVersions[0],
        kind,
        spec,
        metadata: named ? { name: 'x' } : metadata,
      };
      const [projection] = projectResources(raw) as [{ resource?: ResourceRecord }];
      if (projection.resource) expect(projection.resource.metadata.name).toMatch(/^[a-z0-9.-]+$/);
    }),
    { numRuns: 500 },
  );
});
