import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfigCredentials } from './kube-config-credentials.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o700 });
  return path;
}

/** A kubeconfig of two contexts: `main`, which is the current one, for a user as given, and `other`. */
function kubeconfig(user: object, cluster: object = {}): string {
  return write(
    'config',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'main',
      contexts: [
        { name: 'main', context: { cluster: 'main', user: 'main' } },
        { name: 'other', context: { cluster: 'other', user: 'other' } },
      ],
      clusters: [
        { name: 'main', cluster: { server: 'https://10.0.0.1:6443', ...cluster } },
        { name: 'other', cluster: { server: 'https://10.0.0.2:6443/prefix' } },
      ],
      users: [
        { name: 'main', user },
        { name: 'other', user: { username: 'ada', password: 'secret' } },
      ],
    }),
  );
}

test('a token authenticates, and a context can be chosen', async () => {
  const file = kubeconfig({ token: 'abc' });
  const main = await new KubeConfigCredentials({ kubeconfig: file }).current();
  expect(main).toMatchObject({ server: 'https://10.0.0.1:6443', headers: { Authorization: 'Bearer abc' } });
  const other = await new KubeConfigCredentials({ kubeconfig: file, context: 'other' }).current();
  expect(other).toMatchObject({
    server: 'https://10.0.0.2:6443/prefix',
    headers: { Authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}` },
  });
});

test('files of a CA, of a certificate and of a token are read each time', async () => {
  for (const name of ['ca', 'cert', 'key', 'token']) write(name, `${name} 1\n`);
  const file = kubeconfig(
    { 'client-certificate': 'cert', 'client-key': 'key', tokenFile: 'token' },
    { 'certificate-authority': 'ca' },
  );
  const credentials = new KubeConfigCredentials({ kubeconfig: file });
  const read = async () => {
    const { headers, tls } = await credentials.current();
    return [headers['Authorization'], ...[tls.ca, tls.cert, tls.key].map(String)];
  };
  expect(await read()).toEqual(['Bearer token 1', 'ca 1\n', 'cert 1\n', 'key 1\n']);
  for (const name of ['ca', 'cert', 'key', 'token']) write(name, `${name} 2\n`);
  expect(await read()).toEqual(['Bearer token 2', 'ca 2\n', 'cert 2\n', 'key 2\n']);
});

test('a plugin is run once, and again when what it gave was refused', async () => {
  const plugin = write(
    'plugin',
    `#!/bin/sh
echo run >> ${join(folder, 'runs')}
runs=$(wc -l < ${join(folder, 'runs')})
echo "{\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"run$((runs))\\"}}"
`,
  );
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
  const credentials = new KubeConfigCredentials({ kubeconfig: kubeconfig({ exec }) });
  const token = async (wasRefused: boolean) =>
    (await credentials.current(wasRefused)).headers['Authorization'];
  expect([await token(false), await token(false), await token(true), await token(false)]).toEqual([
    'Bearer run1',
    'Bearer run1',
    'Bearer run2',
    'Bearer run2',
  ]);
});

test('a kubeconfig that changed counts once what it said was refused', async () => {
  const credentials = new KubeConfigCredentials({ kubeconfig: kubeconfig({ token: 'old' }) });
  await credentials.current();
  kubeconfig({ token: 'new' });
  expect((await credentials.current(true)).headers).toMatchObject({ Authorization: 'Bearer new' });
});

test.each([
  ['is missing', () => join(folder, 'none')],
  ['names no cluster', () => write('empty', '{}')],
  ['names a file of a token that is missing', () => kubeconfig({ tokenFile: 'none' })],
])('a kubeconfig that %s is told with its path', async (_, file) => {
  const path = file();
  await expect(new KubeConfigCredentials({ kubeconfig: path }).current()).rejects.toMatchObject({
    code: 'KubernetesConfigInvalid',
    where: path,
  });
});
