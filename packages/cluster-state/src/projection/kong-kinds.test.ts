import type { Kind, RecordByKind } from '../records.ts';
import { KINDS, RESOURCE_TYPES, SUPPORTED_KINDS } from './kinds.ts';
import { projectResource, type Projection } from './project-resource.ts';

function project(kind: Kind, fields: object, version = 0): Projection {
  const apiVersion = KINDS[kind].apiVersions[version];
  return projectResource({ apiVersion, kind, metadata: { name: 'x', namespace: 'shop' }, ...fields });
}

function recordOf<K extends Kind>(kind: K, fields: object, version = 0): RecordByKind[K] {
  const projection = project(kind, fields, version);
  if (!('resource' in projection)) throw new Error(JSON.stringify(projection));
  return projection.resource as RecordByKind[K];
}

const BODY_KINDS = (Object.keys(KINDS) as Kind[]).filter(
  (kind) => /^Kong|Parameters$/.test(kind) && KINDS[kind].apiVersions.length === 1,
);

test.each(BODY_KINDS)('a %s is kept whole, in its namespace or in none', (kind) => {
  const record = recordOf(kind, { spec: { a: [1, null] }, status: { b: 1 } });
  expect(JSON.parse(JSON.stringify(record))).toMatchObject({ kind, body: { spec: { a: [1, null] } } });
  expect(record.metadata.namespace).toBe(RESOURCE_TYPES[kind].namespaced ? 'shop' : '');
});

test('a ReferenceGrant is read alike in each of its versions, and a bad entry permits nothing', () => {
  const spec = {
    from: [
      { group: 'g', kind: 'K', namespace: 'other' },
      { group: 'g', kind: 'K' },
    ],
    to: [
      { group: '', kind: 'Secret', name: '' },
      { group: 'g', kind: 'P', name: 'p' },
      { group: '', kind: 'Secret' },
    ],
  };
  for (const version of [0, 1]) {
    const record = recordOf('ReferenceGrant', { spec }, version);
    expect(record.from).toEqual([{ group: 'g', kind: 'K', namespace: 'other' }]);
    expect(record.to).toEqual([
      { group: 'g', kind: 'P', name: 'p' },
      { group: '', kind: 'Secret' },
    ]);
    expect(record.invalidFields.map(({ field }) => field)).toEqual([
      'spec.from[1].namespace',
      'spec.to[0].name',
    ]);
  }
  expect(SUPPORTED_KINDS).toContain('gateway.networking.k8s.io/v1beta1 ReferenceGrant');
});

test('the rules of a TCPIngress and of a UDPIngress are taken one by one', () => {
  const backend = { serviceName: 'db', servicePort: 5432 };
  const spec = {
    rules: [
      { host: 'db.example.com', port: 9000, backend },
      { port: 9001, backend: { serviceName: 'db' } },
      { port: 9002 },
      { backend },
      { host: '*', port: 9003, backend },
    ],
    tls: [{ hosts: ['db.example.com'], secretName: 'cert' }],
  };
  const rule = { port: 9000, backend: { service: 'db', port: { number: 5432 } }, field: 'spec.rules[0]' };
  const tcp = recordOf('TCPIngress', { spec });
  expect(tcp.rules).toEqual([{ ...rule, host: 'db.example.com' }]);
  expect(tcp.tls).toEqual([{ hosts: ['db.example.com'], secretName: 'cert', field: 'spec.tls[0]' }]);
  expect(tcp.invalidFields.map(({ field }) => field)).toEqual([
    'spec.rules[1].backend.servicePort',
    'spec.rules[2].backend',
    'spec.rules[3].port',
    'spec.rules[4].host',
  ]);
  const udp = recordOf('UDPIngress', {
    spec: {
      rules: [
        { port: 9000, backend },
        { host: 'a', port: 9003, backend },
      ],
    },
  });
  expect(udp.rules).toEqual([{ ...rule, host: '' }]);
  expect(udp.invalidFields).toEqual([{ field: 'spec.rules[1].host', message: 'is not a known field' }]);
});

test('an IngressClass names its parameters, in a namespace only where their scope is one', () => {
  const parameters = { apiGroup: 'configuration.konghq.com', kind: 'IngressClassParameters', name: 'p' };
  const namespaced = { ...parameters, scope: 'Namespace', namespace: 'kong' };
  const read = (given: object): unknown =>
    recordOf('IngressClass', { spec: { controller: 'c', parameters: given } }).parameters;
  expect(read(namespaced)).toEqual({ ...parameters, namespace: 'kong' });
  expect(read({ ...parameters, namespace: 'kong' })).toEqual({ ...parameters, namespace: '' });
  expect(read({ ...parameters, scope: 'Namespace' })).toBeUndefined();
});

test('the values of a ConfigMap are text', () => {
  const record = recordOf('ConfigMap', { data: { a: 'x', b: 5 }, binaryData: { c: '//4=' } });
  expect(JSON.parse(JSON.stringify(record.data))).toEqual({ a: 'x' });
  expect(record.invalidFields.map(({ field }) => field)).toEqual(['data.b']);
});

test('an Ingress names backends of other kinds', () => {
  const resource = { apiGroup: 'g', kind: 'KongServiceFacade', name: 'f' };
  const record = recordOf('Ingress', {
    spec: {
      defaultBackend: { resource },
      rules: [{ http: { paths: [{ path: '/', backend: { resource } }] } }],
    },
  });
  expect(record.defaultResource).toEqual(resource);
  expect(record.rules[0]?.paths[0]?.resource).toEqual(resource);
});

test('what kubectl remembers of a manifest is not kept: it holds the values of Secrets', () => {
  const metadata = {
    name: 'x',
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"aHVudGVyMg=="}}',
      'kubernetes.io/ingress.class': 'kong',
      'ingress.kubernetes.io/service-upstream': 'true',
      'konghq.com/tags': 'a',
      'nothing.konghq.com.example/x': 'y',
    },
    labels: { global: 'true', 'konghq.com/credential': 'jwt', app: 'x' },
  };
  const record = recordOf('Secret', { metadata });
  expect(Object.keys(record.metadata.annotations)).toEqual([
    'kubernetes.io/ingress.class',
    'ingress.kubernetes.io/service-upstream',
    'konghq.com/tags',
  ]);
  expect(Object.keys(record.metadata.labels)).toEqual(['global', 'konghq.com/credential']);
});

test('the revision of an object is kept beside its content', () => {
  const metadata = { name: 'x', resourceVersion: '12', generation: 3 };
  expect(recordOf('KongVault', { metadata }).revision).toEqual({ resourceVersion: '12', generation: 3 });
  expect(recordOf('KongVault', {})).not.toHaveProperty('revision');
});
