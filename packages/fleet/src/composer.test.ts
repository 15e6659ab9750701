import fc from 'fast-check';
import {
  assemble,
  encodePayload,
  FragmentMap,
  type Fragment,
  type Payload,
} from '@silverback/kong-configuration';
import { Composer, type CompositionInput } from './composer.ts';
import type { Composition } from './composition.ts';
import { FRAGMENTS_ONLY } from './current-resources.ts';
import { Quarantine } from './quarantine.ts';
import { ingress, kongPlugin, web } from './testing/fixtures.ts';

const name = fc.constantFrom('a', 'b', 'c');

const fragment: fc.Arbitrary<Fragment> = fc.oneof(
  fc
    .tuple(name, fc.constantFrom('/', '/x', '/y'), fc.subarray(['a', 'b']))
    .map(([of, path, plugins]) => ingress(of, path, plugins)),
  fc.tuple(name, fc.integer({ min: 1, max: 3 })).map(([of, minute]) => kongPlugin(of, minute)),
  fc.constant(web),
);

const fragments = fc.array(fragment, { maxLength: 8 });

/** What a fleet may know when it composes. */
const situation = fc.record({
  current: fragments,
  refused: fragments,
  withheld: fc.array(fragment, { maxLength: 2 }),
  kept: fc.array(fragment, { maxLength: 2 }),
  /** Whether what comes out is accepted. */
  isAccepted: fc.boolean(),
});

function inputOf(
  { current, refused, withheld, kept }: typeof situation extends fc.Arbitrary<infer T> ? T : never,
  sequence: number,
  accepted: FragmentMap,
): CompositionInput {
  const map = FragmentMap.of(current);
  return {
    sequence,
    current: map,
    accepted,
    quarantine: new Quarantine(
      refused.map(({ root, hash }) => ({ root, fragmentHash: hash, reason: 'no', payloadHash: '' })),
    ),
    resources: FRAGMENTS_ONLY,
    withheld: new Set(withheld.map(({ root }) => root)),
    kept: FragmentMap.of(kept),
  };
}

function finish(steps: Generator<unknown, Composition>): Composition {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const textOf = ({ segments }: Payload): string => Buffer.concat(segments).toString();

test('what comes out depends on the input alone, and is what an assembly of all its fragments gives', () => {
  fc.assert(
    fc.property(fc.array(situation, { minLength: 1, maxLength: 6 }), (situations) => {
      const composer = new Composer();
      let accepted = FragmentMap.EMPTY;
      for (const [sequence, one] of situations.entries()) {
        const input = inputOf(one, sequence, accepted);
        const composition = finish(composer.compose(input));
        const fresh = finish(new Composer().compose(input));
        const whole = encodePayload(assemble(composition.fragments.values()));
        expect(textOf(composition.payload)).toBe(textOf(fresh.payload));
        expect(textOf(composition.payload)).toBe(textOf(whole));
        expect(composition.payload.hash).toBe(whole.hash);
        expect(composition.holds).toEqual(fresh.holds);
        expect(composition.problems).toEqual(fresh.problems);
        if (one.isAccepted) accepted = composition.fragments;
      }
    }),
    { numRuns: 200 },
  );
});

test('no form that was refused is in a payload', () => {
  fc.assert(
    fc.property(situation, fragments, (one, before) => {
      const input = inputOf(one, 1, FragmentMap.of(before));
      const { fragments: used } = finish(new Composer().compose(input));
      expect([...used.values()].filter((some) => input.quarantine.refuses(some))).toEqual([]);
    }),
  );
});
