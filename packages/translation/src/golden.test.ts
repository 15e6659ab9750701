import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { configurationOf } from './testing/configuration.ts';

const FOLDER = join(import.meta.dirname, 'golden');
const INPUT = '.in.yaml';

const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith(INPUT))
  .map((file) => file.slice(0, -INPUT.length));

/** UPDATE_GOLDEN=1 writes what comes out as what is expected: read the difference before it is committed. */
const update = process.env['UPDATE_GOLDEN'] === '1';

test.each(names)('golden case %s', (name) => {
  const output = join(FOLDER, `${name}.out.yaml`);
  const result = JSON.parse(
    JSON.stringify(configurationOf(readFileSync(join(FOLDER, name + INPUT), 'utf8'))),
  ) as object;
  if (update) writeFileSync(output, dump(result, { lineWidth: 110, noRefs: true }));
  expect(existsSync(output)).toBe(true);
  expect(result).toEqual(load(readFileSync(output, 'utf8')));
});
