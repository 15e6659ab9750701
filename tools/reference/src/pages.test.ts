import { readFileSync } from 'node:fs';
import { markdownTable } from './markdown-table.ts';
import { referencePages } from './pages.ts';

test.each([...referencePages().keys()])('docs/reference/%s is as "npm run docs" writes it', (name) => {
  const written = readFileSync(new URL(`../../../docs/reference/${name}`, import.meta.url), 'utf8');
  expect(written).toBe(referencePages().get(name));
});

test('the columns of a table are aligned, and a bar in a cell stays in its cell', () => {
  expect(markdownTable(['Code', 'B'], [['a|b', 'long cell']])).toBe(
    ['| Code | B         |', '| ---- | --------- |', '| a\\|b | long cell |'].join('\n'),
  );
});
