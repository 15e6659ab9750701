import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createTestPki } from '@silverback/test-certificates';
import { silverback } from './testing/silverback.ts';
import { makeWorkspace, type Workspace } from './testing/workspace.ts';

const TOP = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, TOP), 'utf8');

let workspace: Workspace;
beforeEach(async () => {
  workspace = makeWorkspace();
  const pki = await createTestPki({ serverNames: ['kong-admin.kong.svc'] });
  const files = {
    'manifests/.keep': '',
    'ca.crt': pki.ca.certificate,
    'tls.crt': pki.client.certificate,
    'tls.key': pki.client.key,
    'controller.crt': pki.client.certificate,
    'controller.key': pki.client.key,
    'proxy.crt': pki.server.certificate,
    token: 'S3cr3t',
    'gateway-key': 'S3cr3t',
    'backend.mjs': read('examples/discovery-backend/backend.mjs'),
  };
  for (const [name, content] of Object.entries(files)) workspace.write(name, content);
});
afterEach(() => {
  workspace.close();
});

/** What stands between fences of a language. */
function blocks(path: string, language: string): string[] {
  return [...read(path).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text = '']) => text,
  );
}

const pages = [
  'README.md',
  'examples/discovery-backend/README.md',
  ...readdirSync(new URL('docs/guides/', TOP)).map((name) => `docs/guides/${name}`),
];
const settings = pages.flatMap((path) =>
  blocks(path, 'yaml')
    .filter((text) => /^fleets:/m.test(text))
    .map((text, index) => [path, index + 1, text] as const),
);

test('the guides have settings to try', () => {
  expect(new Set(settings.map(([path]) => path))).toEqual(
    new Set([
      'README.md',
      'examples/discovery-backend/README.md',
      'docs/guides/discovery.md',
      'docs/guides/run-in-a-cluster.md',
      'docs/guides/run-with-real-kong.md',
      'docs/guides/security.md',
    ]),
  );
});

test.each(settings)('the settings of %s (%d) have no mistake', async (_path, _index, text) => {
  const file = workspace.write('silverback.yaml', text);
  expect(await silverback(['check-config', file])).toEqual({ exitCode: 0, stdout: 'OK\n', stderr: '' });
});

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

(hasOpenssl ? test : test.skip)('the command that the guide has for a pin prints the pin', () => {
  const [command = ''] = blocks('docs/guides/security.md', 'sh').filter((text) => text.includes('-pubkey'));
  const printed = execFileSync('sh', ['-c', command], { cwd: workspace.path, encoding: 'utf8' }).trim();
  const { publicKey } = new X509Certificate(readFileSync(`${workspace.path}/proxy.crt`));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  expect(printed).toBe(createHash('sha256').update(spki).digest('base64'));
});
