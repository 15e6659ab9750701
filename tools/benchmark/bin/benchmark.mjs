#!/usr/bin/env node
// Builds what the benchmarks run, quietly, and starts them, so that `npm run bench` works right after `npm ci`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const nx = fileURLToPath(new URL('../../../node_modules/.bin/nx', import.meta.url));

if (process.stderr.isTTY) process.stderr.write('Building …\n');
const build = spawnSync(
  nx,
  ['run-many', '-t', 'build', '-p', '@silverback/benchmark,@silverback/controller'],
  {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NX_TUI: 'false' },
  },
);
if (build.status !== 0) {
  process.stderr.write(`${build.stdout}${build.stderr}`);
  process.stderr.write(build.error ? `${build.error.message}\n` : 'The build failed; see above.\n');
  process.exit(1);
}
await import(new URL('../dist/app/main.js', import.meta.url));
