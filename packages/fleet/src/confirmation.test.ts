import { assemble, encodePayload, FragmentMap, type Fragment } from '@silverback/kong-configuration';
import type { Composition } from './composition.ts';
import { Confirmation } from './confirmation.ts';
import { ingress, web } from './testing/fixtures.ts';

function composition(sequence: number, ...some: readonly Fragment[]): Composition {
  const fragments = FragmentMap.of([web, ...some]);
  const payload = encodePayload(assemble(fragments.values()));
  return {
    sequence,
    current: fragments,
    newest: fragments,
    payload,
    takesAway: false,
    fragments,
    shown: fragments,
    lastForms: fragments,
    unresolved: new Set(),
    holds: [],
    kept: FragmentMap.EMPTY,
    problems: [],
  };
}

const a = ingress('a', '/a');
const b = ingress('b', '/b');

test('what has not changed since a composition that every proxy has is confirmed', () => {
  const confirmation = new Confirmation();
  const first = composition(1, a);
  const second = composition(2, a, b);
  for (const each of [first, second]) {
    confirmation.note(each);
    confirmation.review(each);
  }
  confirmation.confirm('one', second.payload.hash);
  confirmation.confirm('two', first.payload.hash);
  const upTo = confirmation.upTo(['one', 'two']);
  expect(confirmation.hashOf(a.root, upTo)).toBe(a.hash);
  expect(confirmation.hashOf(b.root, upTo)).toBeUndefined();
  expect(confirmation.hashOf(b.root, confirmation.upTo(['one']))).toBe(b.hash);
  expect(confirmation.hashOf(a.root, confirmation.upTo(['one', 'three']))).toBeUndefined();
});

test('a changed root is confirmed anew, and one that went and came back too', () => {
  const confirmation = new Confirmation();
  const changed = ingress('a', '/other');
  const all = [composition(1, a), composition(2, changed), composition(3), composition(4, changed)];
  for (const each of all) {
    confirmation.note(each);
    confirmation.review(each);
  }
  expect([1, 2, 3, 4].map((upTo) => confirmation.hashOf(a.root, upTo))).toEqual([
    undefined,
    undefined,
    undefined,
    changed.hash,
  ]);
});

test('bytes that come back confirm the newest composition that has them', () => {
  const confirmation = new Confirmation();
  const all = [composition(1, a), composition(2, a, b), composition(3, a)];
  for (const each of all) confirmation.note(each);
  confirmation.confirm('one', all[0]?.payload.hash ?? '');
  expect(confirmation.upTo(['one'])).toBe(3);
  // Neither drift nor an older answer takes it back.
  confirmation.confirm('one', all[1]?.payload.hash ?? '');
  confirmation.confirm('one', 'somebody else’s');
  expect(confirmation.upTo(['one'])).toBe(3);
  confirmation.forget('one');
  expect(confirmation.upTo(['one'])).toBe(0);
});
