#!/usr/bin/env node
// Builds what the demo runs, quietly, and starts it, so that `npm run demo` works right after `npm ci`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const nx = fileURLToPath(new URL('../../../node_modules/.bin/nx', import.meta.url));
const program = new URL('../dist/app/main.js', import.meta.url);

process.stderr.write(existsSync(program) ? 'Building …\n' : 'Building; the first time takes a while …\n');
const build = spawnSync(nx, ['run-many', '-t', 'build', '-p', '@silverback/demo,@silverback/controller'], {
  cwd: root,
  encoding: 'utf8',
  env: { ...process.env, NX_TUI: 'false' },
});
if (build.status !== 0) {
  process.stderr.write(`${build.stdout}${build.stderr}`);
  process.stderr.write(build.error ? `${build.error.message}\n` : 'The build failed; see above.\n');
  process.exit(1);
}
await import(program);
