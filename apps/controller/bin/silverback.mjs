#!/usr/bin/env -S node --max-semi-space-size=8
// A small young generation (8 MB for each half): a thousand proxies then take 70 MB less. See docs/decisions/0014.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (typeof Promise.withResolvers !== 'function') {
  process.stderr.write(
    `silverback needs Node 22.19 or later, and is tested with 24; this is ${process.version}.\n`,
  );
  process.exit(70);
}
const bundle = new URL('../dist/bundle/main.mjs', import.meta.url);
if (!existsSync(fileURLToPath(bundle))) {
  process.stderr.write('silverback is not built yet: run "npm run build" first.\n');
  process.exit(70);
}
await import(bundle.href);
