import fc from 'fast-check';
import { sortInSteps } from './sort-in-steps.ts';

function sorted(texts: readonly string[]): { readonly result: readonly string[]; readonly steps: number } {
  const steps = sortInSteps(texts);
  for (let count = 0; ; count += 1) {
    const step = steps.next();
    if (step.done === true) return { result: step.value, steps: count };
  }
}

test('gives what a sort in one go gives', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
      expect(sorted(texts).result).toEqual([...texts].sort());
    }),
  );
});

test('many are sorted in many steps', () => {
  const texts = Array.from({ length: 20_000 }, (_, index) => String((index * 7919) % 20_011));
  const { result, steps } = sorted(texts);
  expect(result).toEqual([...texts].sort());
  expect(steps).toBeGreaterThan(40);
});
