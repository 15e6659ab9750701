import { createTestCa, type KeyPair } from '@silverback/kong-emulator';
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
  const { exitCode, stdout } = await translate('--ingress-class', 'internal');
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

test('a directory that is not there is an error', async () => {
  const { exitCode, stdout, stderr } = await silverback(['translate', '-f', 'none'], { cwd: workspace.path });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr).toMatch(/^silverback: ManifestDirectoryUnreadable: none: /);
});
