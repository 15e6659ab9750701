import fc from 'fast-check';
import { dump } from 'js-yaml';

import { parseDocuments, type ManifestDocument, type ParseMistake } from './yaml-documents.ts';

async function documentsOf(text: string): Promise<readonly ManifestDocument[]> {
  const parsed = await parseDocuments(text);
  if ('mistake' in parsed) throw new Error(JSON.stringify(parsed.mistake));
  return parsed.documents;
}

async function mistakeOf(text: string): Promise<ParseMistake | undefined> {
  const parsed = await parseDocuments(text);
  return 'mistake' in parsed ? parsed.mistake : undefined;
}

test('each document has the line on which its content begins', async () => {
  const text = '# about\n---\n# cart\na: 1\n---\n\n---\nb: 2\n--- # pay\nc: 3\n...\n';
  expect(await documentsOf(text)).toEqual([
    { value: { a: 1 }, line: 4 },
    { value: { b: 2 }, line: 8 },
    { value: { c: 3 }, line: 10 },
  ]);
});

test('directives, Windows line ends and content beside the separator are understood', async () => {
  expect(await documentsOf('%YAML 1.2\n---\na: 1\r\n---\r\nb: 2\r\n--- {c: 3}\n')).toEqual([
    { value: { a: 1 }, line: 3 },
    { value: { b: 2 }, line: 5 },
    { value: { c: 3 }, line: 6 },
  ]);
});

test('three dashes within an indented text separate nothing', async () => {
  expect(await documentsOf('a: |\n  x\n  ---\n  y\n')).toEqual([{ value: { a: 'x\n---\ny\n' }, line: 1 }]);
});

test('a file without content has no documents', async () => {
  for (const text of ['', '\n', '# only a comment\n', '---\n---\n', '--- # nothing']) {
    expect(await documentsOf(text)).toEqual([]);
  }
});

test('dates and words such as yes stay text, numbers and JSON are what they are', async () => {
  const text = '{"date": 2026-01-31T12:00:00Z, "word": yes, "n": 8080, "big": 1e3, "none": null, "t": true}';
  expect(await documentsOf(text)).toEqual([
    {
      value: { date: '2026-01-31T12:00:00Z', word: 'yes', n: 8080, big: 1000, none: null, t: true },
      line: 1,
    },
  ]);
});

test('a mistake is named with its line and column in the file', async () => {
  expect(await mistakeOf('a: 1\n---\nb: 2\n\n---\nc:\n  d: 1\n  d: 2\n')).toEqual({
    line: 8,
    column: 3,
    reason: 'duplicated mapping key',
  });
});

test.each([
  'password: *geheim',
  'password: !geheim x',
  'password: !geheim!x y',
  'password: "geheim',
  'a: @geheim',
])('the mistake in %j says nothing of the content', async (text) => {
  const mistake = await mistakeOf(text);
  expect(mistake?.reason).toMatch(/\w/);
  expect(mistake?.reason).not.toContain('geheim');
});

test('aliases are understood, merge keys too', async () => {
  expect(await documentsOf('a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n')).toEqual([
    { value: { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } }, line: 1 },
  ]);
});

test('a few lines of aliases that stand for gigabytes are refused', async () => {
  const lines = ['a0: &a0 [xxxxxxxxxx]'];
  for (let level = 1; level < 12; level += 1) {
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  expect(await mistakeOf(`# bomb\n${lines.join('\n')}`)).toEqual({
    line: 2,
    column: 1,
    reason: 'aliases stand for too much text',
  });
});

test('an alias within what it stands for is refused', async () => {
  expect((await mistakeOf('a: &x [*x]'))?.reason).toBe('an alias stands for something that contains it');
});

test('depth without end is refused', async () => {
  expect((await mistakeOf('['.repeat(100_000)))?.reason).toContain('nesting');
});

test('a key that is called like a part of JavaScript is a key like others', async () => {
  const [document] = await documentsOf('__proto__: {a: 1}');
  expect(Object.keys(document?.value as object)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(document?.value)).toBe(Object.prototype);
});

test('whatever is written as documents is read again', async () => {
  const anyDocument = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(anyDocument), async (values) => {
      const text = values.map((value) => `---\n${dump(value)}`).join('');
      const documents = await documentsOf(text);
      const plain = JSON.parse(JSON.stringify(values)) as unknown;
      expect(JSON.parse(JSON.stringify(documents.map(({ value }) => value)))).toEqual(plain);
    }),
  );
});

test('whatever a file holds, parsing ends with a result', async () => {
  const indicators = fc.constantFrom(
    '-',
    ':',
    '{',
    '}',
    '[',
    ']',
    '#',
    '&',
    '*',
    '!',
    '|',
    '>',
    '%',
    '@',
    '?',
  );
  const others = fc.constantFrom(
    '"',
    "'",
    '`',
    ',',
    '\n',
    '\t',
    ' ',
    'a',
    '1',
    '---',
    '<<',
    '\n  ',
    ': ',
    '\u0000',
    '\ud800',
  );
  const piece = fc.oneof(indicators, others);
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
      await parseDocuments(pieces.join(''));
    }),
    { numRuns: 1000 },
  );
});
