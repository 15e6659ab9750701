import fc from 'fast-check';
import { MAX_SEGMENT_BYTES } from './bucket.ts';
import type { Row } from './row.ts';
import { Section, type RowChanges } from './section.ts';

const rowOf = (key: string, size: number): Row => ({
  key,
  text: JSON.stringify({ key, filling: 'x'.repeat(size) }),
  contents: { entities: 1, routes: 0, ids: [key], roots: [`Kind/default/${key}`] },
});

function apply(section: Section, changes: RowChanges): Uint8Array[] {
  for (const step of section.apply(changes)) expect(step).toBeUndefined();
  return section.buckets('[').flatMap(({ segments }) => segments);
}

const textOf = (segments: readonly Uint8Array[]): string => Buffer.concat(segments).toString();

/** Rows from a handful of keys, some as large as a segment. */
const changes = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 60 }),
    fc.option(fc.oneof(fc.integer({ min: 0, max: 9000 }), fc.constant(70_000)), { freq: 3 }),
  ),
  { maxLength: 25 },
);

describe('the rows of a collection', () => {
  test('come in the same segments, whichever way they came about', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 6 }), (rounds) => {
        const section = new Section();
        const rows = new Map<string, Row>();
        for (const round of rounds) {
          const step = new Map(
            round.map(([key, size]) => [`k${key}`, size === null ? undefined : rowOf(`k${key}`, size)]),
          );
          for (const [key, row] of step) {
            if (row === undefined) rows.delete(key);
            else rows.set(key, row);
          }
          const segments = apply(section, step);
          const sorted = [...rows.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
          expect(textOf(segments)).toBe(
            sorted.length === 0 ? '' : `[${sorted.map(({ text }) => text).join()}`,
          );
          const fresh = apply(new Section(), rows);
          expect(segments.map(({ length }) => length)).toEqual(fresh.map(({ length }) => length));
          expect(Math.max(0, ...segments.map(({ length }) => length))).toBeLessThanOrEqual(MAX_SEGMENT_BYTES);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('are shared with those before, but for the few around a change', () => {
    const rows = Array.from({ length: 2000 }, (_, index) => rowOf(`key${index}`, 1000));
    const section = new Section();
    const before = new Set(apply(section, new Map(rows.map((row) => [row.key, row]))));
    for (const changed of [rowOf('key7', 1), rowOf('key1500-new', 1000), undefined]) {
      const key = changed?.key ?? 'key99';
      const segments = apply(section, new Map([[key, changed]]));
      const added = segments.filter((segment) => !before.has(segment));
      expect(added.length).toBeGreaterThan(0);
      expect(added.length).toBeLessThan(20);
      for (const segment of added) before.add(segment);
    }
    expect(before.size).toBeGreaterThan(30);
  });

  test('that come as they are there already change nothing', () => {
    const rows = new Map([1, 2, 3].map((number) => [`${number}`, rowOf(`${number}`, 10)]));
    const section = new Section();
    const before = apply(section, rows);
    const again = apply(section, new Map([...rows, ['9', undefined]]));
    expect(again.every((segment, index) => segment === before[index])).toBe(true);
  });
});
