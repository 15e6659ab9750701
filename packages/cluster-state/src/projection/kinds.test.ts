import type { Kind, RecordByKind } from '../records.ts';
import { KINDS } from './kinds.ts';
import { projectResource, type Projection } from './project-resource.ts';

function project(kind: Kind, fields: object): Projection {
  return projectResource({
    apiVersion: KINDS[kind].apiVersions[0],
    kind,
    metadata: { name: 'x' },
    ...fields,
  });
}

function recordOf<K extends Kind>(kind: K, fields: object): RecordByKind[K] {
  const projection = project(kind, fields);
  if (!('resource' in projection)) throw new Error(JSON.stringify(projection));
  return projection.resource as RecordByKind[K];
}

function invalid(kind: Kind, fields: object): string[] {
  return recordOf(kind, fields).invalidFields.map(({ field }) => field);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

test('a Service gets the defaults of Kubernetes', () => {
  expect(recordOf('Service', { spec: { ports: [{ port: 80 }] } })).toMatchObject({
    type: 'ClusterIP',
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
  });
});

test('a Service keeps target ports by number and by name', () => {
  const ports = [
    { name: 'a', port: 80, targetPort: 8080, appProtocol: 'kubernetes.io/h2c' },
    { name: 'b', port: 81, targetPort: 'web', protocol: 'UDP' },
  ];
  expect(recordOf('Service', { spec: { ports } }).ports).toEqual([
    { name: 'a', port: 80, protocol: 'TCP', targetPort: 8080, appProtocol: 'kubernetes.io/h2c' },
    { name: 'b', port: 81, protocol: 'UDP', targetPort: 'web' },
  ]);
});

test('a bad port of a Service is left out, the others stay', () => {
  const ports = [
    { port: 0 },
    { port: 80 },
    {},
    { port: 81, targetPort: 70_000 },
    { port: 82, protocol: 'tcp' },
  ];
  const record = recordOf('Service', { spec: { ports } });
  expect(record.ports.map((port) => port.port)).toEqual([80]);
  expect(record.invalidFields.map(({ field }) => field)).toEqual([
    'spec.ports[0].port',
    'spec.ports[2].port',
    'spec.ports[3].targetPort',
    'spec.ports[4].protocol',
  ]);
});

test('an external name must be a DNS name', () => {
  const spec = { type: 'ExternalName', externalName: 'api.example.com.' };
  expect(recordOf('Service', { spec }).externalName).toBe('api.example.com.');
  expect(invalid('Service', { spec: { ...spec, externalName: 'http://api' } })).toEqual([
    'spec.externalName',
  ]);
});

test('the controller of an IngressClass is kept', () => {
  expect(recordOf('IngressClass', { spec: { controller: 'silverback.dev/ingress' } }).controller).toBe(
    'silverback.dev/ingress',
  );
});

test('an endpoint is ready unless it says otherwise, and serves as it is ready', () => {
  const endpoints = [
    { addresses: ['10.0.0.1'] },
    { addresses: ['10.0.0.2'], conditions: { ready: false } },
    { addresses: ['10.0.0.3'], conditions: { ready: false, serving: true, terminating: true } },
  ];
  const record = recordOf('EndpointSlice', {
    metadata: { name: 'x', labels: { 'kubernetes.io/service-name': 'cart' } },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints,
  });
  expect(record.service).toBe('cart');
  expect(record.ports).toEqual([{ name: '', port: 8080, protocol: 'TCP' }]);
  expect(record.endpoints).toEqual([
    { address: '10.0.0.1', ready: true, serving: true, terminating: false },
    { address: '10.0.0.2', ready: false, serving: false, terminating: false },
    { address: '10.0.0.3', ready: false, serving: true, terminating: true },
  ]);
});

test('a Service keeps the order of its IP families, and none where it names none', () => {
  expect(recordOf('Service', { spec: { ipFamilies: ['IPv6', 'IPv4'] } }).ipFamilies).toEqual([
    'IPv6',
    'IPv4',
  ]);
  expect(recordOf('Service', { spec: {} })).not.toHaveProperty('ipFamilies');
  const odd = recordOf('Service', { spec: { ipFamilies: ['IPv5', 'IPv6'] } });
  expect(odd.ipFamilies).toEqual(['IPv6']);
  expect(odd.invalidFields.map(({ field }) => field)).toEqual(['spec.ipFamilies[0]']);
});

test('an endpoint names the Pod behind it, and nothing else that stands there', () => {
  const targets = [
    { targetRef: { kind: 'Pod', namespace: 'kong', name: 'proxy-1', uid: 'u1' } },
    { targetRef: { kind: 'Pod', name: 'proxy-2' } },
    { targetRef: { kind: 'Node', name: 'node-1', uid: 'u2' } },
    {},
  ];
  const endpoints = targets.map((target, index) => ({ addresses: [`10.0.0.${index + 1}`], ...target }));
  const record = recordOf('EndpointSlice', { addressType: 'IPv4', endpoints });
  expect(record.endpoints.map(({ pod }) => pod)).toEqual([
    { name: 'proxy-1', uid: 'u1' },
    { name: 'proxy-2', uid: '' },
    undefined,
    undefined,
  ]);
});

test.each([
  ['IPv4', '10.0.0.1', 'fd00::1'],
  ['IPv6', 'fd00::1', 'fe80::1%eth0'],
  ['FQDN', 'a.example.com', 'a b'],
])('an endpoint of an %s slice may be %s but not %s', (addressType, good, bad) => {
  const endpoints = [{ addresses: [bad] }, { addresses: [good] }];
  const record = recordOf('EndpointSlice', { addressType, endpoints });
  expect(record.endpoints.map((endpoint) => endpoint.address)).toEqual([good]);
  expect(record.invalidFields.map(({ field }) => field)).toEqual(['endpoints[0].addresses[0]']);
});

test('a slice without a known address type has no endpoints', () => {
  const record = recordOf('EndpointSlice', { addressType: 'ipv4', endpoints: [{ addresses: ['10.0.0.1'] }] });
  expect(record.endpoints).toEqual([]);
  expect(record.invalidFields.map(({ field }) => field)).toEqual(['addressType']);
});

test('values of a Secret are decoded, and stringData wins', () => {
  const record = recordOf('Secret', {
    type: 'kubernetes.io/tls',
    data: {
      a: base64('grüße'),
      b: 'not base64 at all',
      c: `${base64('long').slice(0, 4)}\n${base64('long').slice(4)}`,
    },
    stringData: { b: 'plain' },
  });
  expect(record.type).toBe('kubernetes.io/tls');
  expect(record.data).toEqual({ a: 'grüße', b: 'plain', c: 'long' });
  expect(record.invalidFields).toEqual([]);
});

test.each([
  ['plain text', 'geheim!'],
  ['base64 that was cut off', 'Z2VoZWlt'.slice(0, 7)],
  ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe]).toString('base64')],
  ['a number', 12345],
])('a Secret with %s names the key and keeps the value to itself', (_, value) => {
  const record = recordOf('Secret', { data: { password: value, user: base64('me') } });
  expect(record.data).toEqual({ user: 'me' });
  expect(record.invalidFields.map(({ field }) => field)).toEqual(['data.password']);
  expect(JSON.stringify(record.invalidFields)).not.toContain(String(value));
});

test('a key of a Secret that is called like a part of JavaScript is a key like others', () => {
  const data = JSON.parse(`{"__proto__":"${base64('a')}","constructor":"${base64('b')}"}`) as object;
  const record = recordOf('Secret', { data });
  expect(Object.entries(record.data)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

test('a KongPlugin is kept whole, without what every object has', () => {
  const record = recordOf('KongPlugin', { plugin: 'cors', config: { a: [1, { b: null }] }, status: {} });
  expect(JSON.parse(JSON.stringify(record.body))).toEqual({
    plugin: 'cors',
    config: { a: [1, { b: null }] },
  });
});

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

test.each([
  ['a number that JSON does not know', { config: { a: [NaN] } }, 'config.a[0]'],
  ['half a character', { config: { a: '\ud800' } }, 'config.a'],
  ['a key with half a character', { config: { '\ud800': 1 } }, 'config'],
  ['endless depth', { config: nested(80) }, `config${'[0]'.repeat(64)}`],
])('a KongPlugin with %s is refused as a whole', (_, fields, field) => {
  const projection = project('KongPlugin', { plugin: 'cors', ...fields });
  expect(projection).toHaveProperty('failure.field', field);
});
