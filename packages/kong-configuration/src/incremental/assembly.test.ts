import fc from 'fast-check';
import { assemble } from '../assembly/assemble.ts';
import type { Fragment, RootKey } from '../fragment.ts';
import { encodePayload } from '../payload-encoder.ts';
import type { Payload } from '../payload.ts';
import { arbitraryFragments } from '../testing/arbitrary-fragments.ts';
import type { FragmentChange } from '../fragment-map.ts';
import { Assembly } from './assembly.ts';

const textOf = ({ segments }: Payload): string => Buffer.concat(segments).toString();

const texts = (records: readonly object[]): string[] =>
  records.map((record) => JSON.stringify(record)).sort();

/** Changes of roots, in rounds: a fragment for a root that there is replaces it, and every other round some go. */
const rounds = fc.array(
  fc.record({ added: arbitraryFragments, removed: fc.array(fc.nat(), { maxLength: 4 }) }),
  { minLength: 1, maxLength: 4 },
);

function changesOf(
  current: ReadonlyMap<RootKey, Fragment>,
  { added, removed }: { readonly added: readonly Fragment[]; readonly removed: readonly number[] },
): FragmentChange[] {
  const roots = [...current.keys()];
  const gone = removed.flatMap((index) => roots[index % Math.max(1, roots.length)] ?? []);
  const changes = new Map<RootKey, Fragment | undefined>(gone.map((root) => [root, undefined]));
  for (const fragment of added) changes.set(fragment.root, fragment);
  return [...changes];
}

function apply(current: Map<RootKey, Fragment>, changes: readonly FragmentChange[]): void {
  for (const [root, fragment] of changes) {
    if (fragment === undefined) current.delete(root);
    else current.set(root, fragment);
  }
}

describe('an assembly that follows changes', () => {
  test('makes the same bytes, problems and owners as one of all fragments at once', () => {
    fc.assert(
      fc.property(rounds, (steps) => {
        const assembly = new Assembly();
        const current = new Map<RootKey, Fragment>();
        for (const step of steps) {
          const changes = changesOf(current, step);
          apply(current, changes);
          const { payload, problems, unresolved } = assembly.update(changes);
          const whole = assemble(current.values());
          const expected = encodePayload(whole);
          expect(textOf(payload)).toBe(textOf(expected));
          expect(payload.hash).toBe(expected.hash);
          expect(payload.byteLength).toBe(expected.byteLength);
          expect(payload.counts).toEqual(expected.counts);
          expect(texts(problems)).toEqual(texts(whole.problems));
          expect(texts(unresolved)).toEqual(texts(whole.unresolved));
          for (const id of whole.owners.keys()) {
            expect([id, payload.ownerOf(id)]).toEqual([id, expected.ownerOf(id)]);
          }
        }
      }),
      { numRuns: Number(process.env['RUNS'] ?? 300) },
    );
  });
});
