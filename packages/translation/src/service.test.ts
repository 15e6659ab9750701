import { documents, ingressYaml, serviceYaml } from './testing/ingress-yaml.ts';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

const WEB = ingressYaml({ paths: { '/': 'shop:80' } });
const TAGS = ['k8s-name:shop', 'k8s-namespace:shop', 'k8s-kind:Service', 'k8s-version:v1'];

interface Slice {
  readonly name?: string;
  readonly service?: string;
  readonly addressType?: string;
  readonly ports?: readonly object[];
  readonly endpoints?: readonly object[];
}

function sliceYaml(slice: Slice): string {
  const {
    name = 'shop-1',
    service = 'shop',
    addressType = 'IPv4',
    ports = [{ port: 8080 }],
    endpoints = [],
  } = slice;
  const metadata = { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } };
  return JSON.stringify({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType,
    ports,
    endpoints,
  });
}

function translated(...manifests: string[]) {
  const fragments = fragmentsOf(documents(...manifests));
  return { parts: partsOf(fragments, 'service'), problems: problemsOf(fragments) };
}

function targetsOf(spec: object, ingress: string, ...slices: Slice[]): (string[] | undefined)[] {
  const { parts } = translated(ingress, serviceYaml('shop', spec), ...slices.map(sliceYaml));
  return parts.map((part) => part.upstream?.targets?.map((target) => target.target));
}

test('a used port is a Kong service whose host is the name of its upstream', () => {
  const { parts, problems } = translated(
    WEB,
    serviceYaml('shop', { ports: [{ port: 80 }] }),
    sliceYaml({ endpoints: [{ addresses: ['10.0.0.1'] }] }),
  );
  expect(problems).toEqual([]);
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;
  expect(parts).toEqual([
    {
      type: 'service',
      entity: {
        id,
        name: 'shop.shop.80',
        host: 'shop.shop.80.svc',
        port: 80,
        protocol: 'http',
        path: '/',
        tags: TAGS,
      },
      upstream: { id, name: 'shop.shop.80.svc', targets: [{ id, target: '10.0.0.1:8080' }], tags: TAGS },
      plugins: [],
    },
  ]);
});

test('only ports that Ingresses of our class use become Kong services, each once', () => {
  const others = ingressYaml({ name: 'other', paths: { '/x': 'shop:80', '/y': 'shop:http' } });
  const foreign = ingressYaml({ name: 'foreign', paths: { '/': 'shop:81' } }).replace('"kong"', '"nginx"');
  const service = serviceYaml('shop', {
    ports: [
      { name: 'http', port: 80 },
      { name: 'admin', port: 81 },
    ],
  });
  const { parts } = translated(
    WEB,
    others,
    foreign,
    service,
    serviceYaml('unused', { ports: [{ port: 80 }] }),
  );
  expect(parts.map((part) => part.entity.name)).toEqual(['shop.shop.80', 'shop.shop.http']);
});

test('a Kong service that only default backends use has no path', () => {
  const service = serviceYaml('shop', { ports: [{ port: 80 }] });
  const fallback = ingressYaml({ name: 'fallback', defaultBackend: 'shop:80' });
  expect(translated(fallback, service).parts[0]?.entity.path).toBeUndefined();
  for (const name of ['a', 'z']) {
    const rule = ingressYaml({ name, paths: { '/': 'shop:80' } });
    expect(translated(fallback, rule, service).parts[0]?.entity.path).toBe('/');
  }
});

test('a Service that is missing leaves an upstream without targets, under the tags of an unknown Service', () => {
  const { parts } = translated(WEB);
  expect(parts).toHaveLength(1);
  expect(parts[0]?.entity).toMatchObject({ host: 'shop.shop.80.svc', port: 80, path: '/' });
  expect(parts[0]?.upstream?.targets).toBeUndefined();
  const tags = [
    'k8s-name:UNKNOWN',
    'k8s-namespace:UNKNOWN',
    'k8s-kind:Service',
    'k8s-uid:00000000-0000-0000-0000-000000000000',
    'k8s-group:core',
    'k8s-version:v1',
  ];
  expect([parts[0]?.entity.tags, parts[0]?.upstream?.tags]).toEqual([tags, tags]);
});

test('a port that the Service lacks leaves an upstream without targets', () => {
  const { parts } = translated(WEB, serviceYaml('shop', { ports: [{ port: 8000 }] }));
  expect(parts[0]?.entity).toMatchObject({ host: 'shop.shop.80.svc', port: 80, tags: TAGS });
  expect(parts[0]?.upstream).toMatchObject({ name: 'shop.shop.80.svc', tags: TAGS });
  expect(parts[0]?.upstream?.targets).toBeUndefined();
});

test.each([
  ['its number', 'shop:80'],
  ['its name', 'shop:http'],
  ['the name of its target port', 'shop:web'],
])('a port is found by %s', (_how, backend) => {
  const spec = {
    ports: [
      { name: 'admin', port: 81, targetPort: 8081 },
      { name: 'http', port: 80, targetPort: 'web' },
    ],
  };
  const slice = { ports: [{ name: 'http', port: 8080 }], endpoints: [{ addresses: ['10.0.0.1'] }] };
  expect(targetsOf(spec, ingressYaml({ paths: { '/': backend } }), slice)).toEqual([['10.0.0.1:8080']]);
});

test('the only port is found without number and name', () => {
  const spec = { ports: [{ port: 80 }] };
  const slice = { endpoints: [{ addresses: ['10.0.0.1'] }] };
  expect(targetsOf(spec, ingressYaml({ paths: { '/': 'shop' } }), slice)).toEqual([['10.0.0.1:8080']]);
});

test('targets are the ready endpoints of all slices, sorted and each once, by their first addresses', () => {
  const slices: Slice[] = [
    {
      name: 'b',
      endpoints: [
        { addresses: ['10.0.0.9', '10.0.0.10'] },
        { addresses: ['10.0.0.2'], conditions: { ready: true } },
        { addresses: ['10.0.0.3'], conditions: { ready: false } },
        { addresses: ['10.0.0.4'], conditions: { ready: false, serving: true, terminating: true } },
      ],
    },
    { name: 'a', endpoints: [{ addresses: ['10.0.0.2'] }, { addresses: ['10.0.0.1'] }] },
    { name: 'c', addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }] },
    { name: 'd', service: 'other', endpoints: [{ addresses: ['10.9.9.9'] }] },
  ];
  expect(targetsOf({ ports: [{ port: 80 }] }, WEB, ...slices)).toEqual([
    ['10.0.0.1:8080', '10.0.0.2:8080', '10.0.0.9:8080', '[fd00::1]:8080'],
  ]);
});

test('a port of a slice counts only with the name and protocol of the port of the Service', () => {
  const ports = [
    { name: 'http', port: 1 },
    { name: 'http', port: 2, protocol: 'UDP' },
    { name: 'other', port: 3 },
    { port: 4 },
  ];
  const slice = { ports, endpoints: [{ addresses: ['10.0.0.1'] }] };
  expect(targetsOf({ ports: [{ name: 'http', port: 80 }] }, WEB, slice)).toEqual([['10.0.0.1:1']]);
});

test('a headless Service has its endpoints as targets too', () => {
  const spec = { clusterIP: 'None', ports: [{ port: 80, targetPort: 8080 }] };
  expect(targetsOf(spec, WEB, { endpoints: [{ addresses: ['10.0.0.1'] }] })).toEqual([['10.0.0.1:8080']]);
});

test('requests to an ExternalName Service go to its name, on any port, without an upstream', () => {
  const { parts, problems } = translated(
    WEB,
    serviceYaml('shop', { type: 'ExternalName', externalName: 'api.example.com' }),
  );
  expect(problems).toEqual([]);
  expect(parts[0]?.entity).toMatchObject({ host: 'api.example.com', port: 80 });
  expect(parts[0]).not.toHaveProperty('upstream');
});

test('a port of an ExternalName Service cannot be given by a name', () => {
  const spec = { type: 'ExternalName', externalName: 'api.example.com', ports: [{ name: 'http', port: 80 }] };
  const { parts, problems } = translated(
    ingressYaml({ paths: { '/': 'shop:http' } }),
    serviceYaml('shop', spec),
  );
  expect(problems).toEqual([
    expect.stringContaining('a port of an ExternalName Service is given by its number'),
  ]);
  expect(parts[0]?.entity.host).toBe('shop.shop.http.svc');
});

test('an ExternalName Service without a name is a problem', () => {
  const { parts, problems } = translated(WEB, serviceYaml('shop', { type: 'ExternalName' }));
  expect(problems).toEqual([
    'error ManifestFieldInvalid Service/shop spec.externalName: is required for the type ExternalName; requests to it are answered with 503',
  ]);
  expect(parts[0]?.upstream?.targets).toBeUndefined();
});

test('service-upstream sends requests to the name of the Service', () => {
  const annotations = { 'ingress.kubernetes.io/service-upstream': 'true' };
  const { parts } = translated(
    WEB,
    serviceYaml('shop', { ports: [{ port: 80, targetPort: 8080 }] }, annotations),
    sliceYaml({ endpoints: [{ addresses: ['10.0.0.1'] }] }),
  );
  expect(parts[0]?.entity).toMatchObject({ host: 'shop.shop.svc', port: 80 });
  expect(parts[0]).not.toHaveProperty('upstream');
});

test('a host header needs an upstream, also for a single name', () => {
  const annotations = { 'konghq.com/host-header': 'api.example.com' };
  const { parts } = translated(
    WEB,
    serviceYaml('shop', { type: 'ExternalName', externalName: 'lb.example.com' }, annotations),
  );
  expect(parts[0]?.entity.host).toBe('shop.shop.80.svc');
  expect(parts[0]?.upstream).toMatchObject({
    host_header: 'api.example.com',
    targets: [{ target: 'lb.example.com:80' }],
  });
});

function serviceWith(annotations: Record<string, string>) {
  const { parts, problems } = translated(WEB, serviceYaml('shop', { ports: [{ port: 80 }] }, annotations));
  return { part: parts[0], problems };
}

test.each([
  ['konghq.com/connect-timeout', '100', { connect_timeout: 100 }],
  ['konghq.com/read-timeout', '100', { read_timeout: 100 }],
  ['konghq.com/write-timeout', '100', { write_timeout: 100 }],
  ['konghq.com/retries', '0', { retries: 0 }],
  ['konghq.com/path', '/api', { path: '/api' }],
  ['konghq.com/protocol', 'https', { protocol: 'https', path: '/' }],
])('%s: %s is a field of the Kong service', (name, value, fields) => {
  const { part, problems } = serviceWith({ [name]: value });
  expect(problems).toEqual([]);
  expect(part?.entity).toMatchObject(fields);
});

test.each([
  ['konghq.com/connect-timeout', '60000'],
  ['konghq.com/retries', '5'],
  ['konghq.com/tls-verify', 'false'],
  ['konghq.com/ca-certificates-secrets', ''],
])('%s: %j is what Kong does anyway, and is left out', (name, value) => {
  expect(serviceWith({ [name]: value })).toEqual(serviceWith({}));
});

test('a Kong service for gRPC has no path', () => {
  const { part, problems } = serviceWith({ 'konghq.com/protocol': 'grpc', 'konghq.com/path': '/x' });
  expect(part?.entity.protocol).toBe('grpc');
  expect(part?.entity).not.toHaveProperty('path');
  expect(problems).toEqual([expect.stringContaining('cannot be given for the protocol grpc')]);
});

test.each([
  ['konghq.com/connect-timeout', '0', 'must be an integer from 1 to 2147483646'],
  ['konghq.com/read-timeout', '1s', 'must be an integer'],
  ['konghq.com/retries', '-1', 'must be an integer from 0 to 32767'],
  ['konghq.com/path', 'api', 'must begin with / and have no empty segment'],
  ['konghq.com/path', '/api//v1', 'must begin with / and have no empty segment'],
  ['konghq.com/host-header', 'a b', 'must be a host name'],
  ['ingress.kubernetes.io/service-upstream', '1', 'must be true or false'],
])('%s: %j is a problem and ignored', (name, value, message) => {
  const { part, problems } = serviceWith({ [name]: value });
  expect(part).toEqual(serviceWith({}).part);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(
    `error AnnotationInvalid Service/shop metadata.annotations["${name}"]: ${message}`,
  );
  expect(problems[0]).toContain('the annotation is ignored');
});

test.each([
  ['konghq.com/protocol', 'htps', 'AnnotationInvalid'],
  ['konghq.com/client-cert', 'cert', 'UpstreamTlsImpossible'],
  ['konghq.com/tls-verify', 'true', 'UpstreamTlsImpossible'],
  ['konghq.com/tls-verify', 'yes', 'AnnotationInvalid'],
  ['konghq.com/tls-verify-depth', '65', 'AnnotationInvalid'],
  ['konghq.com/client-cert', 'a, b', 'AnnotationInvalid'],
  ['konghq.com/ca-certificates-secrets', 'ca', 'UpstreamTlsImpossible'],
  ['konghq.com/ca-certificates-configmaps', 'ca', 'UpstreamTlsImpossible'],
])(
  '%s: %s protects the connection to the pods: without it the Kong service is left out',
  (name, value, code) => {
    const { part, problems } = serviceWith({ [name]: value });
    expect(part).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`error ${code} Service/shop metadata.annotations["${name}"]`);
    expect(problems[0]).toContain('the Service and the routes to it are left out');
  },
);

test.each([
  ['konghq.com/upstream-policy', 'error UpstreamPolicyNotFound'],
  ['konghq.com/override', 'error UpstreamPolicyNotFound'],
  ['konghq.com/strip-path', 'warning AnnotationUnknown'],
])('%s on a Service that leads nowhere is ignored', (name, code) => {
  const { part, problems } = serviceWith({ [name]: 'x' });
  expect(part).toEqual(serviceWith({}).part);
  expect(problems).toEqual([expect.stringContaining(`${code} Service/shop metadata.annotations["${name}"]`)]);
});

test('a Service asks for plugins on each of its Kong services', () => {
  const { part } = serviceWith({ 'konghq.com/plugins': 'auth' });
  expect(part?.plugins).toEqual([
    { plugin: 'KongPlugin/shop/auth', field: 'metadata.annotations["konghq.com/plugins"]' },
  ]);
});
