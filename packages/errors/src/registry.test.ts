import { CODES, CODES_BY_AREA, SilverbackError, type CodeTable } from './index.ts';

const tables: Readonly<Record<string, CodeTable>> = CODES_BY_AREA;

const rows = Object.entries(tables).flatMap(([area, codes]) =>
  Object.entries(codes).map(([code, definition]) => ({ area, code, ...definition })),
);

test('no code stands in two areas', () => {
  expect(rows.map(({ code }) => code).sort()).toEqual(Object.keys(CODES).sort());
});

test.each(rows)('$code is a CamelCase word with a summary and advice in whole sentences', (row) => {
  expect(row.code).toMatch(/^([A-Z][a-z0-9]+)+$/);
  expect(row.summary).toMatch(/^[A-Z].*\.$/);
  expect(row.advice).toMatch(/^[A-Z].*\.$/);
});

test('an error keeps its cause and says what to do', () => {
  const cause = new Error('ECONNREFUSED');
  const error = new SilverbackError('ProxyHasDatabase', { message: 'it has one', where: 'kong-1', cause });
  expect(error.cause).toBe(cause);
  expect(error.describe()).toBe(`ProxyHasDatabase: kong-1: it has one (${CODES.ProxyHasDatabase.advice})`);
});
