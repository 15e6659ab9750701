import { setImmediate } from 'node:timers/promises';

/** Waits for a condition; throws if it hasn't come about after 5 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('the condition has not come about within 5 s');
    await setImmediate();
  }
}
