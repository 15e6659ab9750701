import { readdirSync, readFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.ts';
import { markdownTable } from './markdown-table.ts';

const top = new URL('../../../', import.meta.url);

test.each([...generatedFiles().keys()])('%s is as "npm run docs" writes it', (path) => {
  expect(readFileSync(new URL(path, top), 'utf8')).toBe(generatedFiles().get(path));
});

test('no definition is left over in deploy/crds', () => {
  const written = [...generatedFiles().keys()].filter((path) => path.startsWith('deploy/crds/'));
  const there = readdirSync(new URL('deploy/crds/', top)).map((name) => `deploy/crds/${name}`);
  expect(there.sort()).toEqual(written.sort());
});

test('the columns of a table are aligned, and a bar in a cell stays in its cell', () => {
  expect(markdownTable(['Code', 'B'], [['a|b', 'long cell']])).toBe(
    ['| Code | B         |', '| ---- | --------- |', '| a\\|b | long cell |'].join('\n'),
  );
});
