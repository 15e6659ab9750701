import { Backoff } from './backoff.ts';

test('waits double up to the longest one, and begin anew after a success', () => {
  const backoff = new Backoff(500, 30_000, () => 0.999_999);
  const waits = Array.from({ length: 9 }, () => Math.round(backoff.next()));
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  backoff.reset();
  expect(Math.round(backoff.next())).toBe(500);
});

test('waits are spread over the whole range, but for the first tenth, so that nobody is asked without a pause', () => {
  const waits = [0, 0.25, 0.5, 0.75].map((random) => new Backoff(1000, 30_000, () => random).next());
  expect(waits).toEqual([100, 325, 550, 775]);
});
