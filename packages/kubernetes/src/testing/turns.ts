import type { VirtualClock } from '@silverback/clock';

/** Lets what is on its way over loopback connections arrive; no time of a virtual clock passes. */
export async function turns(count = 40): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

/** Moves time on in steps until something holds; what each step leads to arrives before the next one. */
export async function advanceUntil(clock: VirtualClock, check: () => boolean, stepMs = 500): Promise<void> {
  await turns();
  for (let steps = 0; !check(); steps += 1) {
    if (steps > 2000) throw new Error('it never came to hold');
    await clock.advance(stepMs);
    await turns();
  }
}

/** Moves time on by so much, in steps. */
export async function advanceBy(clock: VirtualClock, ms: number, stepMs = 500): Promise<void> {
  const end = clock.now() + ms;
  await turns();
  while (clock.now() < end) {
    await clock.advance(Math.min(stepMs, end - clock.now()));
    await turns();
  }
}
