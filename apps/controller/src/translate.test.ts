import { createTestCa, type KeyPair } from '@silverback/test-certificates';
import { load } from 'js-yaml';
import {
  ingressManifest,
  rateLimitManifest,
  serviceManifest,
  tlsIngressManifest,
  tlsSecretManifest,
} from './testing/manifests.ts';
import { silverback } from './testing/silverback.ts';
import { makeWorkspace, type Workspace } from './testing/workspace.ts';

let certificate: KeyPair;
let workspace: Workspace;

beforeAll(async () => {
  const ca = await createTestCa('CA');
  certificate = await ca.issueServer(['shop.example']);
});
beforeEach(() => {
  workspace = makeWorkspace();
  workspace.write(
    'shop/cart.yaml',
    serviceManifest('cart') + '---\n' + ingressManifest('cart', '/cart', 'cart'),
  );
  workspace.write('shop/tls.yaml', tlsIngressManifest('tls', 'shop.example', 'shop-tls'));
  workspace.write(
    'shop/secret.yaml',
    tlsSecretManifest('shop-tls', certificate.certificate, certificate.key),
  );
});
afterEach(() => {
  workspace.close();
});

async function translate(...args: string[]) {
  return silverback(['translate', '-f', 'shop', ...args], { cwd: workspace.path });
}

const EXPECTED = {
  services: [{ routes: [{ hosts: ['shop.example'] }] }],
  upstreams: expect.arrayContaining([
    expect.objectContaining({ targets: [expect.objectContaining({ target: '10.1.0.1:8080' })] }),
  ]) as unknown,
  certificates: [{ key: '***', snis: [{ name: 'shop.example' }] }],
};

test('yaml is the default and shows no secret', async () => {
  const { exitCode, stdout, stderr } = await translate();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(load(stdout)).toMatchObject(EXPECTED);
  expect(stdout).not.toContain('PRIVATE KEY');
});

test('json has the same content', async () => {
  const [yaml, json] = await Promise.all([translate(), translate('-o', 'json')]);
  expect(JSON.parse(json.stdout)).toEqual(load(yaml.stdout));
});

test('a CA certificate that has expired is left out', async () => {
  const { certificate: cert } = await createTestCa('CA', { notAfter: new Date('2026-01-01T00:00:00Z') });
  const data = { id: 'cce8c384-721f-4f58-85dd-50834e3e733a', cert };
  const metadata = { name: 'ca', namespace: 'shop', labels: { 'konghq.com/ca-cert': 'true' } };
  workspace.write('shop/ca.json', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }));
  const { exitCode, stdout, stderr } = await translate();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/has expired at 2026-01-01T00:00:00\.000Z.*\[CaCertificateExpired\]/);
  expect(stdout).not.toContain(data.id);
});

test('--show-secrets shows the private key', async () => {
  const [yaml, json] = await Promise.all([
    translate('--show-secrets'),
    translate('-o', 'json', '--show-secrets'),
  ]);
  const content = JSON.parse(json.stdout) as unknown;
  expect(content).toMatchObject({ certificates: [{ key: certificate.key.trim() }] });
  expect(load(yaml.stdout)).toEqual(content);
});

test('another ingress class has nothing of this one', async () => {
  const { exitCode, stdout } = await translate('--class', 'internal');
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('shop.example');
});

test('problems go to stderr, one line each, and one of severity error makes the exit code 1', async () => {
  workspace.write('shop/broken.yaml', ingressManifest('broken', '/broken', 'nowhere'));
  workspace.write('shop/torn.yaml', 'kind: [');
  const { exitCode, stdout, stderr } = await translate();
  expect(exitCode).toBe(1);
  expect(load(stdout)).toMatchObject({ certificates: EXPECTED.certificates });
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toContainEqual(
    expect.stringMatching(/^error: shop\/torn\.yaml:\d+: .*\[ManifestUnparsable\]$/),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^error: shop\/broken\.yaml:1: .*nowhere.*\[ServiceNotFound\]$/),
  );
});

test('a plugin that nobody asks for is in no configuration', async () => {
  workspace.write('shop/limit.yaml', rateLimitManifest('limit', 5));
  const { exitCode, stdout } = await translate('-o', 'json');
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('rate-limiting');
});

test('a route whose plugin is missing is served without it only if that is asked for', async () => {
  const manifest = ingressManifest('open', '/open', 'cart', { 'konghq.com/plugins': 'nowhere' });
  workspace.write('shop/open.yaml', manifest);
  const [without, ignored] = await Promise.all([translate(), translate('--missing-plugin', 'ignore')]);
  expect([without.exitCode, ignored.exitCode]).toEqual([1, 1]);
  expect(without.stdout).not.toContain('/open');
  expect(ignored.stdout).toContain('/open');
  expect(ignored.stderr).toContain('is served without the plugin, because missing plugins are ignored');
});

test('a directory that is not there is an error', async () => {
  const { exitCode, stdout, stderr } = await silverback(['translate', '-f', 'none'], { cwd: workspace.path });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr).toMatch(/^silverback: ManifestDirectoryUnreadable: none: /);
});

test('--router expressions writes routes as that router takes them', async () => {
  const { exitCode, stdout } = await translate('--router', 'expressions', '-o', 'json');
  expect(exitCode).toBe(0);
  const { services } = JSON.parse(stdout) as { services: { routes: { expression: string }[] }[] };
  const [route] = services[0]?.routes ?? [];
  expect(route).not.toHaveProperty('hosts');
  expect(route?.expression).toContain('http.path ^= "/cart/"');
});

test('a router or a version that does not exist is a mistake in the command line', async () => {
  const router = await translate('--router', 'atc');
  expect(router).toMatchObject({ exitCode: 2, stdout: '' });
  expect(router.stderr).toContain('traditional_compatible, traditional, expressions');
  const version = await translate('--kong-version', 'newest');
  expect(version).toMatchObject({ exitCode: 2, stdout: '' });
  expect(version.stderr).toContain('3.9.1');
});

test('--explain tells of each entity the resource, the place in its file, the field, and what was read', async () => {
  const { exitCode, stdout } = await translate('--explain');
  expect(exitCode).toBe(0);
  const entities = load(stdout) as { type: string }[];
  const found = (type: string): unknown => entities.find((entity) => entity.type === type);
  expect(found('routes')).toMatchObject({
    name: 'shop.cart.cart.shop.example.80',
    resource: 'Ingress/shop/cart',
    location: 'shop/cart.yaml:14',
    field: 'spec.rules[0].http.paths[0]',
    reads: expect.arrayContaining(['Ingress/shop/cart', 'Service/shop/cart']) as unknown,
  });
  expect(found('targets')).toMatchObject({
    name: '10.1.0.1:8080',
    resource: 'Service/shop/cart',
    reads: expect.arrayContaining(['EndpointSlice/shop/cart-1']) as unknown,
  });
  expect(found('snis')).toMatchObject({
    name: 'shop.example',
    resource: 'Ingress/shop/tls',
    field: 'spec.tls[0].hosts[0]',
  });
  expect(found('certificates')).toMatchObject({ resource: 'Secret/shop/shop-tls' });
});

test('--problems json writes each problem as one line of JSON', async () => {
  workspace.write('shop/broken.yaml', ingressManifest('broken', '/broken', 'nowhere'));
  const { exitCode, stderr } = await translate('--problems', 'json');
  expect(exitCode).toBe(1);
  const problems = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(problems).toContainEqual(
    expect.objectContaining({
      code: 'ServiceNotFound',
      severity: 'error',
      resource: expect.objectContaining({ kind: 'Ingress', name: 'broken' }) as unknown,
      field: expect.stringContaining('spec.rules[0].http.paths[0]') as unknown,
    }),
  );
});
