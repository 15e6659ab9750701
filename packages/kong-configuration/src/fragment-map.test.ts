import fc from 'fast-check';
import { FragmentDraft, FragmentMap, type FragmentChange } from './fragment-map.ts';
import type { Fragment, RootKey } from './fragment.ts';
import { fragmentOf } from './testing/fragments.ts';

const fragments = fc
  .record({ name: fc.nat(400), age: fc.nat(3) })
  .map(({ name, age }) => fragmentOf('Ingress', `n${name}`, age));

const changes: fc.Arbitrary<FragmentChange> = fc
  .tuple(fragments, fc.boolean())
  .map(([fragment, goes]) => [fragment.root, goes ? undefined : fragment]);

const rounds = fc.array(fc.array(changes, { maxLength: 40 }), { maxLength: 6 });

const sorted = (map: ReadonlyMap<RootKey, Fragment>) =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([root, fragment]) => [root, fragment.hash]);

test('is a map of its fragments, also after changes, and the one before stays as it was', () => {
  fc.assert(
    fc.property(rounds, (steps) => {
      const expected = new Map<RootKey, Fragment>();
      let map = FragmentMap.EMPTY;
      for (const step of steps) {
        const before = { map, entries: sorted(map) };
        map = map.with(step);
        for (const [root, fragment] of step) {
          if (fragment === undefined) expected.delete(root);
          else expected.set(root, fragment);
        }
        expect(sorted(before.map)).toEqual(before.entries);
        expect(sorted(map)).toEqual(sorted(expected));
        expect(map.size).toBe(expected.size);
        expect([...map.keys()].every((root) => map.get(root) === expected.get(root))).toBe(true);
      }
    }),
  );
});

test('tells what leads from any version to any other', () => {
  fc.assert(
    fc.property(rounds, rounds, (one, other) => {
      const from = one.reduce((map, step) => map.with(step), FragmentMap.EMPTY);
      const to = other.reduce((map, step) => map.with(step), from);
      expect(sorted(from.with(to.changesSince(from)))).toEqual(sorted(to));
      expect(sorted(to.with(from.changesSince(to)))).toEqual(sorted(from));
      expect([...from.changesSince(from)]).toEqual([]);
    }),
  );
});

test('changes are those of other objects only', () => {
  const [a, b] = [fragmentOf('Ingress', 'a', 0), fragmentOf('Ingress', 'b', 0)];
  const map = FragmentMap.of([a, b]);
  const newer = fragmentOf('Ingress', 'a', 1);
  expect([...map.with([[a.root, newer]]).changesSince(map)]).toEqual([[a.root, newer]]);
  expect(map.with([[a.root, a]])).toBe(map);
  expect([...FragmentMap.of([b, a]).changesSince(map)]).toEqual([]);
});

test('a draft gives the same map as long as nothing changes, and goes on after it', () => {
  const draft = new FragmentDraft();
  draft.set(fragmentOf('Ingress', 'a', 0));
  const first = draft.take();
  expect(draft.take()).toBe(first);
  draft.delete('Ingress/default/a');
  expect([draft.take().size, first.size]).toEqual([0, 1]);
});
