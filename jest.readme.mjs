import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Runs the first TypeScript example of a package's README as a module of that package, so that an example that no
 * longer works fails a test. The example asserts with `node:assert`, as a reader would see it.
 *
 * @param {string} testUrl `import.meta.url` of a test file in the package's `src`
 * @returns {Promise<object>} the example's exports
 */
export async function runReadmeExample(testUrl) {
  const source = dirname(fileURLToPath(testUrl));
  const readme = readFileSync(join(source, '..', 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  if (example === undefined) throw new Error(`${source}/../README.md has no ts example`);
  const folder = mkdtempSync(join(source, 'readme-example-'));
  try {
    const file = join(folder, 'example.ts');
    writeFileSync(file, example);
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
