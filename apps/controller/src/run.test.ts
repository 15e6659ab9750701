import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createTestPki, type TestPki } from '@silverback/test-certificates';
import { RunningSilverback } from './testing/running-silverback.ts';
import { silverback } from './testing/silverback.ts';
import { makeWorkspace, type Workspace } from './testing/workspace.ts';

let pki: TestPki;
let workspace: Workspace;

beforeAll(async () => {
  pki = await createTestPki({ serverNames: ['kong-admin.kong.svc'] });
});
beforeEach(() => {
  workspace = makeWorkspace();
  workspace.write('manifests/.keep', '');
  workspace.write('ca.crt', pki.ca.certificate);
  workspace.write('tls.crt', pki.client.certificate);
  workspace.write('tls.key', pki.client.key);
  workspace.write(
    'silverback.yaml',
    `
source: { directory: { path: manifests } }
health: { address: 127.0.0.1:0 }
fleets:
  - name: edge
    discovery: [{ static: { proxies: ['https://127.0.0.1:1'] } }]
    adminApi: { tls: { caFile: ca.crt, certFile: tls.crt, keyFile: tls.key } }
`,
  );
});
afterEach(() => {
  workspace.close();
});

async function run(...flags: string[]) {
  return silverback(['run', '--config', 'silverback.yaml', ...flags], { cwd: workspace.path });
}

test('every mistake in the settings is told on stderr, and nothing is started', async () => {
  const { exitCode, stdout, stderr } = await run('--log-level', 'loud', '--health-address', '8080');
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr.split('\n').map((line) => line.split(': ').slice(1, 3).join(' '))).toEqual([
    'SettingInvalid --log-level',
    'SettingInvalid --health-address',
    '',
  ]);
});

test('credentials that do not belong together end it before anything is connected', async () => {
  workspace.write('tls.key', (await pki.issueClient('other')).key);
  const { exitCode, stdout, stderr } = await run();
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr).toMatch(/^silverback: TlsKeyMismatch: fleet edge: .*tls\.key: .*\n$/);
});

test('a directory of manifests that is not there ends it', async () => {
  const { exitCode, stderr } = await run('--source-directory-path', 'none');
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^silverback: ManifestDirectoryUnreadable: \S+\/none: /);
});

test('a health address that is taken ends it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { exitCode, stderr } = await run('--health-address', `127.0.0.1:${port}`);
  other.close();
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`silverback: HealthAddressUnavailable: 127.0.0.1:${port}: `);
});

test('without reachable proxies it runs, says so, and ends well on a signal', async () => {
  const controller = new RunningSilverback(`${workspace.path}/silverback.yaml`, ['--log-level', 'warn']);
  const line = await controller.line({ event: 'state-changed', to: 'unreachable' });
  expect(line).toMatchObject({ level: 'warn', proxy: '127.0.0.1:1', code: 'ConnectionRefused' });
  expect(controller.lines.some(({ level }) => level === 'info')).toBe(false);
  expect(await controller.stop('SIGINT')).toBe(0);
  expect(controller.stderr).toBe('');
});
