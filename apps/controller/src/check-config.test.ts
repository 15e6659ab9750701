import { createTestPki, type TestPki } from '@silverback/test-certificates';
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
});
afterEach(() => {
  workspace.close();
});

const GOOD = `
source: { directory: { path: manifests } }
fleets:
  - name: edge
    discovery: [{ static: { proxies: ['https://127.0.0.1:8444'] } }]
    adminApi:
      tls: { caFile: ca.crt, certFile: tls.crt, keyFile: tls.key, serverName: kong-admin.kong.svc }
`;

async function check(settings: string, env: Record<string, string> = {}) {
  workspace.write('silverback.yaml', settings);
  const result = await silverback(['check-config', 'silverback.yaml'], { cwd: workspace.path, env });
  return { ...result, lines: result.stderr.split('\n').filter((line) => line !== '') };
}

test('good settings are OK', async () => {
  expect(await check(GOOD)).toMatchObject({ exitCode: 0, stdout: 'OK\n', stderr: '' });
});

test('five mistakes are reported at once', async () => {
  const { exitCode, stdout, lines } = await check(
    `
ingressClas: kong
source: { directory: { path: manifests } }
fleets:
  - name: Edge
    discovery: [{ statik: {} }]
    adminApi: { applyTimeout: 10 }
`,
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(lines.map((line) => line.split(': ').slice(1, 4).join(' '))).toEqual(
    expect.arrayContaining([
      'SettingUnknown silverback.yaml ingressClas',
      'SettingInvalid silverback.yaml fleets[0].name',
      'SettingInvalid silverback.yaml fleets[0].discovery[0].statik',
      'SettingInvalid silverback.yaml fleets[0].adminApi.applyTimeout',
      'SettingMissing silverback.yaml fleets[0].adminApi.tls.caFile',
    ]),
  );
  expect(lines).toHaveLength(5);
});

test('every discovery backend can be named', async () => {
  const entries = [
    '{ endpoints: { service: kong/kong-admin } }',
    '{ dnsSrv: { name: _admin-tls._tcp.kong-admin.kong.svc } }',
    '{ static: { file: proxies.txt } }',
  ];
  const settings = GOOD.replace(/discovery: .*/, `discovery: [${entries.join(', ')}]`);
  expect(await check(settings)).toMatchObject({ exitCode: 0, stdout: 'OK\n' });
});

test('a bad proxy URL is named with its place', async () => {
  const { exitCode, lines } = await check(GOOD.replace('https://127.0.0.1:8444', 'http://127.0.0.1:8444'));
  expect(exitCode).toBe(3);
  expect(lines).toEqual([
    expect.stringContaining('silverback.yaml: fleets[0].discovery[0].static.proxies[0]: '),
  ]);
});

test('wrong YAML is named with line and column', async () => {
  const { exitCode, lines } = await check('fleets: [');
  expect(exitCode).toBe(3);
  expect(lines).toEqual([expect.stringMatching(/^silverback: SettingsSyntax: silverback\.yaml:1:\d+: /)]);
});

test('a missing settings file is named', async () => {
  const { exitCode, stderr } = await silverback(['check-config', 'none.yaml'], { cwd: workspace.path });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^silverback: SettingsUnreadable: none\.yaml: /);
});

test('every file that cannot be read is named, and a directory that is not there', async () => {
  workspace.remove('manifests');
  workspace.remove('ca.crt');
  workspace.remove('tls.key');
  const { exitCode, lines } = await check(GOOD);
  expect(exitCode).toBe(3);
  expect(lines.map((line) => line.split(': ').slice(1, 4).join(' '))).toEqual([
    'SettingInvalid silverback.yaml source.directory.path',
    'CredentialUnreadable silverback.yaml fleets[0].adminApi.tls.caFile',
    'CredentialUnreadable silverback.yaml fleets[0].adminApi.tls.keyFile',
  ]);
});

test('a certificate that does not match its key is found, and no key is shown', async () => {
  const other = await pki.issueClient('other');
  workspace.write('tls.key', other.key);
  const { exitCode, lines, stderr } = await check(GOOD);
  expect(exitCode).toBe(3);
  expect(lines).toEqual([expect.stringMatching(/^silverback: TlsKeyMismatch: fleet edge: /)]);
  expect(stderr).not.toContain('PRIVATE KEY');
});

test('variables count as they do for run, and unknown ones are mistakes', async () => {
  const { exitCode, lines } = await check(GOOD, {
    SILVERBACK_LOG_LEVEL: 'loud',
    SILVERBACK_LOGLEVEL: 'debug',
  });
  expect(exitCode).toBe(3);
  expect(lines.map((line) => line.split(': ').slice(1, 3).join(' '))).toEqual([
    'SettingInvalid SILVERBACK_LOG_LEVEL',
    'SettingUnknown SILVERBACK_LOGLEVEL',
  ]);
});
