import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

test('the example of the README works in a shell', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'silverback-readme-'));
  try {
    symlinkSync(fileURLToPath(new URL('../bin/silverback.mjs', import.meta.url)), join(folder, 'silverback'));
    const path = [folder, dirname(process.execPath), process.env['PATH']].join(':');
    const { stdout, stderr } = await promisify(execFile)('sh', ['-euc', example], {
      cwd: folder,
      env: { PATH: path },
    });
    expect(stderr).toBe('');
    const [checked, configuration] = stdout.split('\n');
    expect(checked).toBe('OK');
    expect(JSON.parse(configuration ?? '')).toMatchObject({
      services: [{ routes: [{ hosts: ['shop.example.com'] }] }],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
