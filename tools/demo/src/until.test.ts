import { until, Unmet } from './until.ts';

const PATIENCE = { limitMs: 5_000, everyMs: 0 };
const NONE_LEFT = { limitMs: 0, everyMs: 0 };

test('the value of the first look that meets the condition is returned', async () => {
  let looks = 0;
  const look = (): { met: number } | { seen: string } =>
    (looks += 1) < 3 ? { seen: 'not yet' } : { met: looks };
  expect(await until('three looks', look, PATIENCE)).toBe(3);
});

test('when time is over the failure says what was expected and what was seen last', async () => {
  const failure = until('three in sync', () => ({ seen: 'two' }), NONE_LEFT);
  await expect(failure).rejects.toEqual(new Unmet('three in sync within 0 ms', 'two'));
});

test('an error while looking is something seen, not the end', async () => {
  const failure = until('an answer', () => Promise.reject(new Error('connection refused')), NONE_LEFT);
  await expect(failure).rejects.toThrow('expected an answer within 0 ms; saw connection refused');
});

test('a look that knows better ends the waiting', async () => {
  const failure = until('an answer', () => Promise.reject(new Unmet('a process', 'none')), PATIENCE);
  await expect(failure).rejects.toEqual(new Unmet('a process', 'none'));
});
