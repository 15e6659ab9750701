import { setImmediate } from 'node:timers/promises';
import { SystemClock } from './system-clock.ts';

test.each([0, -5])('what is due in %d ms is called after this turn, in order', async (delayMs) => {
  const clock = new SystemClock();
  const called: string[] = [];
  clock.schedule(delayMs, () => called.push('first'));
  clock.schedule(delayMs, () => called.push('second'));
  expect(called).toEqual([]);
  await setImmediate();
  expect(called).toEqual(['first', 'second']);
});

test.each([0, 1])('what was due in %d ms and is cancelled is not called', async (delayMs) => {
  const clock = new SystemClock();
  const called: string[] = [];
  clock.schedule(delayMs, () => called.push('cancelled'))();
  await new Promise<void>((resolve) => {
    clock.schedule(5, resolve);
  });
  expect(called).toEqual([]);
});
