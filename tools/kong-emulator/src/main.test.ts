import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestPki } from '@silverback/test-certificates';
import { ask, jsonOf } from './testing/http.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kong-emulator-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Runs an entry as its own process. */
function run(entry: string, args: readonly string[]) {
  const child = spawn(process.execPath, ['--no-warnings', join(HERE, entry), ...args]);
  children.push(child);
  const ended = Promise.withResolvers<number | null>();
  const line = Promise.withResolvers<Record<string, string>>();
  const output = { stdout: '', stderr: '' };
  child.stderr.on('data', (text: Buffer) => (output.stderr += text.toString()));
  child.stdout.on('data', (text: Buffer) => {
    output.stdout += text.toString();
    if (output.stdout.endsWith('\n') && output.stdout.startsWith('{'))
      line.resolve(JSON.parse(output.stdout) as Record<string, string>);
  });
  child.once('close', (code) => {
    ended.resolve(code);
    line.reject(new Error(output.stderr));
  });
  line.promise.catch(() => undefined);
  return { child, ended: ended.promise, announcement: line.promise, output };
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('the emulator runs as a process with mutual TLS, announces its URLs and ends on SIGTERM with code 0', async () => {
  const pki = await createTestPki({ serverNames: ['127.0.0.1'] });
  const { child, ended, announcement } = run('main.ts', [
    ...['--name', 'a', '--admin-port', '0', '--workers', '3', '--version-string', '3.8.0'],
    ...['--admin-tls-cert', file('tls.crt', pki.server.certificate)],
    ...['--admin-tls-key', file('tls.key', pki.server.key)],
    ...['--client-ca', file('ca.crt', pki.ca.certificate)],
  ]);
  const { name, admin = '', control = '', ...others } = await announcement;
  expect(name).toBe('a');
  expect(Object.keys(others).sort()).toEqual(['proxy', 'proxyTls', 'status']);
  const identity = { ca: pki.ca.certificate, cert: pki.client.certificate, key: pki.client.key };
  const root = jsonOf(await ask(admin, identity));
  expect(root).toMatchObject({ version: '3.8.0' });
  expect((root['pids'] as { workers: number[] }).workers).toHaveLength(3);
  expect(jsonOf(await ask(control))).toMatchObject({ state: 'running' });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('the echo backend runs as a process and ends on SIGTERM with code 0', async () => {
  const { child, ended, announcement } = run('echo-main.ts', ['--name', 'shop']);
  const { url = '' } = await announcement;
  const answer = await ask(`${url}/a?b=c`, { method: 'POST', body: 'hello', headers: { 'x-y': 'z' } });
  expect(jsonOf(answer)).toMatchObject({
    backend: 'shop',
    method: 'POST',
    path: '/a?b=c',
    body: 'hello',
    headers: { 'x-y': 'z' },
  });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('wrong options are explained on the standard error, with code 1', async () => {
  const { ended, output } = run('main.ts', ['--admin-port', 'x']);
  expect(await ended).toBe(1);
  expect(output.stderr).toMatch(/^--admin-port needs a number.*\nusage: /);
  expect(output.stdout).toBe('');
});
