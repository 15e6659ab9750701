import { caCertificateEnd } from './ca-certificate.ts';
import { documents, ingressYaml, serviceYaml } from './testing/ingress-yaml.ts';
import { CERTIFICATE_A, KEY_A } from './testing/key-pairs.ts';
import {
  fragmentsOf,
  partsOf,
  problemsOf,
  resourcesOf,
  type TranslationOptions,
} from './testing/manifests.ts';

const WEB = ingressYaml({ paths: { '/': 'shop:80' } });
const NO_POOL: TranslationOptions = { facts: { upstreamKeepalivePoolSize: 0 } };

function objectYaml(kind: string, name: string, fields: object, labels: Record<string, string> = {}): string {
  return JSON.stringify({ apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', labels }, ...fields });
}

function serviceWith(annotations: Record<string, string>, options = NO_POOL) {
  const manifests = documents(WEB, serviceYaml('shop', { ports: [{ port: 80 }] }, annotations));
  const fragments = fragmentsOf(manifests, options);
  return { part: partsOf(fragments, 'service')[0], problems: problemsOf(fragments) };
}

const SEVERAL_AUTHORITIES = {
  'konghq.com/protocol': 'https',
  'konghq.com/tls-verify': 'true',
  'konghq.com/ca-certificates-secrets': 'a, b',
  'konghq.com/ca-certificates-configmaps': 'c',
};

test('a Service asks for its client certificate and for the authorities of its pods', () => {
  const { part, problems } = serviceWith({
    'konghq.com/protocol': 'https',
    'konghq.com/client-cert': 'cert',
    'konghq.com/tls-verify': 'true',
    'konghq.com/tls-verify-depth': '3',
    'konghq.com/ca-certificates-secrets': 'a, b',
    'konghq.com/ca-certificates-configmaps': 'c',
  });
  expect(problems).toEqual([]);
  expect(part?.entity).toMatchObject({ protocol: 'https', tls_verify: true, tls_verify_depth: 3 });
  expect(part?.clientCertificate).toEqual({
    root: 'Secret/shop/cert',
    field: 'metadata.annotations["konghq.com/client-cert"]',
  });
  expect(part?.caCertificates?.map(({ root }) => root)).toEqual([
    'Secret/shop/a',
    'Secret/shop/b',
    'ConfigMap/shop/c',
  ]);
});

test('verification that is switched off is said to Kong, which may verify otherwise', () => {
  const { part } = serviceWith({ 'konghq.com/protocol': 'https', 'konghq.com/tls-verify': 'false' });
  expect(part?.entity.tls_verify).toBe(false);
});

test('authorities without verification would protect nothing: the Kong service is left out', () => {
  const { part, problems } = serviceWith({
    'konghq.com/protocol': 'https',
    'konghq.com/ca-certificates-secrets': 'a',
  });
  expect(part).toBeUndefined();
  expect(problems).toEqual([
    expect.stringMatching(/^error UpstreamTlsImpossible .*needs konghq.com\/tls-verify/),
  ]);
});

test.each(['http', 'grpc', 'grpcs', 'ws', 'tcp'])('the protocol %s cannot be verified', (protocol) => {
  const { part, problems } = serviceWith({
    'konghq.com/protocol': protocol,
    'konghq.com/tls-verify': 'true',
  });
  expect(part).toBeUndefined();
  expect(problems).toEqual([expect.stringContaining(`cannot be had with the protocol ${protocol}`)]);
});

test('a depth without verification is ignored', () => {
  const { part, problems } = serviceWith({
    'konghq.com/protocol': 'https',
    'konghq.com/tls-verify-depth': '2',
  });
  expect(part?.entity.protocol).toBe('https');
  expect(problems).toEqual([expect.stringMatching(/^warning AnnotationInvalid .*has no effect without/)]);
});

test('where a proxy keeps connections, verification can be skipped, and the Service is told', () => {
  const annotations = { 'konghq.com/protocol': 'https', 'konghq.com/tls-verify': 'true' };
  const { part, problems } = serviceWith(annotations, { facts: { upstreamKeepalivePoolSize: 512 } });
  expect(part?.entity.tls_verify).toBe(true);
  expect(problems).toEqual([expect.stringMatching(/^warning UpstreamVerificationShared Service\/shop/)]);
});

test('the Secret of a client certificate is a certificate without a TLS section', () => {
  const annotations = { 'konghq.com/protocol': 'https', 'konghq.com/client-cert': 'cert' };
  const data = { stringData: { 'tls.crt': CERTIFICATE_A, 'tls.key': KEY_A } };
  const service = serviceYaml('shop', { ports: [{ port: 80 }] }, annotations);
  const fragments = fragmentsOf(documents(WEB, service, objectYaml('Secret', 'cert', data)));
  expect(partsOf(fragments, 'certificate').map(({ secret }) => secret)).toEqual(['shop/cert']);
});

const ID = 'cce8c384-721f-4f58-85dd-50834e3e733a';
const LABEL = { 'konghq.com/ca-cert': 'true' };

function authoritiesOf(kind: string, data: Record<string, string>, labels: Record<string, string> = LABEL) {
  const fields = kind === 'Secret' ? { stringData: data } : { data };
  const fragments = fragmentsOf(objectYaml(kind, 'ca', fields, labels));
  return { parts: partsOf(fragments, 'ca-certificate'), problems: problemsOf(fragments) };
}

test.each([
  ['Secret', 'cert'],
  ['Secret', 'ca.crt'],
  ['ConfigMap', 'cert'],
  ['ConfigMap', 'ca.crt'],
])('a %s with the label and %s is a CA certificate', (kind, key) => {
  const { parts, problems } = authoritiesOf(kind, { id: ID, [key]: `# comment\n${CERTIFICATE_A}\n` });
  expect(problems).toEqual([]);
  expect(parts.map(({ entity }) => [entity.id, entity.cert])).toEqual([[ID, CERTIFICATE_A]]);
});

test.each([
  ['id', {}, 'is missing or empty'],
  ['id', { id: 'my-ca' }, 'must be a UUID'],
  ['ca.crt', { id: ID }, 'must hold one PEM certificate, and holds 0'],
  [
    'cert',
    { id: ID, cert: `${CERTIFICATE_A}\n${CERTIFICATE_A}` },
    'must hold one PEM certificate, and holds 2',
  ],
  [
    'cert',
    { id: ID, cert: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
    'cannot be read',
  ],
])('a CA certificate with a wrong %s is a problem (%#)', (key, data, message) => {
  const { parts, problems } = authoritiesOf('ConfigMap', data);
  expect(parts).toEqual([]);
  expect(problems).toEqual([
    `error CaCertificateInvalid ConfigMap/ca data["${key}"]: ${message}; the CA certificate is left out, with every Service that needs it`,
  ]);
});

test('a CA certificate that has expired is a problem', () => {
  const manifest = objectYaml('ConfigMap', 'ca', { data: { id: ID, cert: CERTIFICATE_A } }, LABEL);
  const fragments = fragmentsOf(manifest, { expired: ['ConfigMap/shop/ca'] });
  expect(partsOf(fragments, 'ca-certificate')).toEqual([]);
  expect(problemsOf(fragments)).toEqual([
    'error CaCertificateExpired ConfigMap/ca data["cert"]: has expired at 2126-10-29T23:05:43.000Z; the CA certificate is left out, with every Service that trusts no other',
  ]);
});

test.each([
  [['Secret/shop/a'], ['Secret/shop/b', 'ConfigMap/shop/c'], ['Secret shop/a']],
  [['Secret/shop/a', 'ConfigMap/shop/c'], ['Secret/shop/b'], ['Secret shop/a', 'ConfigMap shop/c']],
  // Without any, Kong would trust the authorities of the system.
  [
    ['Secret/shop/a', 'Secret/shop/b', 'ConfigMap/shop/c'],
    ['Secret/shop/a', 'Secret/shop/b', 'ConfigMap/shop/c'],
    [],
  ],
])('of several authorities %j have expired', (expired, asked, warned) => {
  const authorities = [
    objectYaml('Secret', 'a', { stringData: { id: ID, cert: CERTIFICATE_A } }, LABEL),
    objectYaml('Secret', 'b', { stringData: { id: ID, cert: CERTIFICATE_A } }, LABEL),
    objectYaml('ConfigMap', 'c', { data: { id: ID, cert: CERTIFICATE_A } }, LABEL),
  ];
  const service = serviceYaml('shop', { ports: [{ port: 80 }] }, SEVERAL_AUTHORITIES);
  const fragments = fragmentsOf(documents(WEB, service, ...authorities), { ...NO_POOL, expired });
  const [part] = partsOf(fragments, 'service');
  expect(part?.entity.tls_verify).toBe(true);
  expect(part?.caCertificates?.map(({ root }) => root)).toEqual(asked);
  expect(problemsOf(fragments).filter((problem) => problem.startsWith('warning'))).toEqual(
    warned.map((name): unknown => expect.stringContaining(`the CA certificate of ${name} has expired`)),
  );
});

test('the end of a CA certificate is known where there is one', () => {
  const endOf = (data: object, labels = LABEL): unknown => {
    const [record] = resourcesOf(objectYaml('ConfigMap', 'ca', { data }, labels));
    return record?.kind === 'ConfigMap' ? caCertificateEnd(record) : 'no ConfigMap';
  };
  const end = new Date('2126-10-29T23:05:43Z');
  expect(endOf({ id: ID, cert: CERTIFICATE_A })).toEqual(end);
  expect(endOf({ 'ca.crt': CERTIFICATE_A })).toEqual(end);
  expect(endOf({ cert: 'none' })).toBeUndefined();
  expect(endOf({ id: ID, cert: CERTIFICATE_A }, {} as typeof LABEL)).toBeUndefined();
});

test('without the label nothing is read', () => {
  expect(authoritiesOf('Secret', { id: ID }, {})).toEqual({ parts: [], problems: [] });
});
