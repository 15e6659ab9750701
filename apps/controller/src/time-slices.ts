import type { Clock } from '@silverback/clock';

/** How long a piece of long work may keep the event loop, in ms. */
export const SLICE_MS = 20;

/**
 * Does long work in slices, so that answers of proxies and probes of health never wait for it for long. What ends within
 * the first slice is done when this returns.
 *
 * @param steps - the work; each of its steps should take far less than a slice
 * @param done - told the result
 */
export function inSlices<T>(clock: Clock, steps: Generator<unknown, T>, done: (result: T) => void): void {
  const end = clock.now() + SLICE_MS;
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      done(step.value);
      return;
    }
    if (clock.now() >= end) break;
  }
  clock.schedule(0, () => {
    inSlices(clock, steps, done);
  });
}
