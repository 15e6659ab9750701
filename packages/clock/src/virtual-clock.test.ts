import { sleep, VirtualClock } from './index.ts';

test('timers run in the order of their due times, equal ones in the order of scheduling', async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  clock.schedule(20, () => seen.push(`late at ${clock.now()}`));
  clock.schedule(10, () => seen.push(`first at ${clock.now()}`));
  clock.schedule(10, () => seen.push(`second at ${clock.now()}`));
  await clock.advance(15);
  expect(seen).toEqual(['first at 10', 'second at 10']);
  await clock.advance(5);
  expect(seen).toEqual(['first at 10', 'second at 10', 'late at 20']);
});

test('a cancelled timer never runs', async () => {
  const clock = new VirtualClock();
  let ran = false;
  const cancel = clock.schedule(1, () => (ran = true));
  cancel();
  await clock.advance(10);
  expect(ran).toBe(false);
  expect(clock.pendingTimers).toBe(0);
});

test('a timer that schedules another within the same advance sees it run', async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  clock.schedule(1, () => clock.schedule(1, () => seen.push(clock.now())));
  await clock.advance(5);
  expect(seen).toEqual([2]);
});

test('sleep ends early, without an error and without a timer left, when its signal is aborted', async () => {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const sleeping = sleep(clock, 1000, abort.signal);
  abort.abort();
  await sleeping;
  expect(clock.now()).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

test('wall-clock time follows monotonic time', async () => {
  const clock = new VirtualClock(new Date('2026-11-22T00:00:00Z'));
  await clock.advance(1500);
  expect(clock.date().toISOString()).toBe('2026-11-22T00:00:01.500Z');
});
