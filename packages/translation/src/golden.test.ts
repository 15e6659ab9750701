import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { configurationOf } from './testing/configuration.ts';
import type { TranslationOptions } from './testing/manifests.ts';

const FOLDER = join(import.meta.dirname, 'golden');
const INPUT = '.in.yaml';

const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith(INPUT))
  .map((file) => file.slice(0, -INPUT.length));

/** A case may say what differs from the usual, in a line of its own: `# options: {"settings": …, "facts": …}`. */
function optionsOf(input: string): TranslationOptions {
  const [, options = '{}'] = /^# options: (.*)$/m.exec(input) ?? [];
  return JSON.parse(options) as TranslationOptions;
}

/** UPDATE_GOLDEN=1 writes what comes out as what is expected: read the difference before it is committed. */
const update = process.env['UPDATE_GOLDEN'] === '1';

test.each(names)('golden case %s', (name) => {
  const output = join(FOLDER, `${name}.out.yaml`);
  const input = readFileSync(join(FOLDER, name + INPUT), 'utf8');
  const result = JSON.parse(JSON.stringify(configurationOf(input, optionsOf(input)))) as object;
  if (update) writeFileSync(output, dump(result, { lineWidth: 110, noRefs: true }));
  expect(existsSync(output)).toBe(true);
  expect(result).toEqual(load(readFileSync(output, 'utf8')));
});
