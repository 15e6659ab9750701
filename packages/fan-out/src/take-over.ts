import type { FanOutTiming } from './timing.ts';

/**
 * Notices that this replica may send after it could not. Then another one has led, and what that handed over before it
 * lost its lease may still be applied: for twice the longest time that this takes proxies are looked at more often.
 */
export class TakeOver {
  readonly #timing: Pick<FanOutTiming, 'takeOverInterval' | 'assumedApply'>;
  #mayPush = true;
  #count = 0;
  #until = Number.NEGATIVE_INFINITY;

  constructor(timing: Pick<FanOutTiming, 'takeOverInterval' | 'assumedApply'>) {
    this.#timing = timing;
  }

  /** How often it has happened. */
  get count(): number {
    return this.#count;
  }

  /**
   * Notes whether this replica may send now.
   *
   * @param longestApplyMs - how long proxies have taken to apply a configuration, as far as that is known
   * @param now - monotonic time in ms
   */
  note(mayPush: boolean, longestApplyMs: () => number, now: number): void {
    if (mayPush && !this.#mayPush) {
      this.#count += 1;
      this.#until = now + 2 * Math.max(longestApplyMs(), this.#timing.assumedApply);
    }
    this.#mayPush = mayPush;
  }

  /** How long to wait before the next look at a proxy, in ms, where it would be `usualMs`. */
  interval(usualMs: number, now: number): number {
    return now < this.#until ? Math.min(usualMs, this.#timing.takeOverInterval) : usualMs;
  }
}
