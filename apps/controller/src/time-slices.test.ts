import { type Cancel, type Clock, VirtualClock } from '@silverback/clock';
import { inSlices, SLICE_MS } from './time-slices.ts';

/** A clock on which each look takes time, as work does. */
class WorkingClock implements Clock {
  readonly #clock = new VirtualClock();
  #worked = 0;

  constructor(private readonly msPerLook: number) {}

  now(): number {
    this.#worked += this.msPerLook;
    return this.#clock.now() + this.#worked;
  }

  date(): Date {
    return this.#clock.date();
  }

  schedule(delayMs: number, callback: () => void): Cancel {
    return this.#clock.schedule(delayMs, callback);
  }

  advance(ms: number): Promise<void> {
    return this.#clock.advance(ms);
  }
}

function* work(steps: number, done: string[]): Generator<undefined, string> {
  for (let step = 0; step < steps; step += 1) {
    done.push(`step ${step}`);
    yield undefined;
  }
  return 'all';
}

test('short work is done at once', () => {
  const results: string[] = [];
  inSlices(new WorkingClock(1), work(3, []), (result) => results.push(result));
  expect(results).toEqual(['all']);
});

test('long work lets others go on after each slice, and comes to its end', async () => {
  const clock = new WorkingClock(1);
  const steps: string[] = [];
  const results: string[] = [];
  inSlices(clock, work(3 * SLICE_MS, steps), (result) => results.push(result));
  expect(steps.length).toBe(SLICE_MS);
  expect(results).toEqual([]);
  for (let turn = 0; turn < 10; turn += 1) await clock.advance(1);
  expect(steps.length).toBe(3 * SLICE_MS);
  expect(results).toEqual(['all']);
});
