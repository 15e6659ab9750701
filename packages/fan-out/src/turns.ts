import type { Clock } from '@silverback/clock';

/** How many sessions may begin something in one turn of the event loop: a few milliseconds of work. */
const AT_ONCE = 64;

/**
 * Lets many sessions begin something without keeping the event loop: some at once, the others in its next turns. A new
 * configuration wakes all proxies of a fleet at the same moment, and there may be thousands.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #left = AT_ONCE;
  #isScheduled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `begin` now, or in one of the next turns, after all that asked before. */
  take(begin: () => void): void {
    if (!this.#isScheduled) this.#schedule();
    if (this.#left === 0) {
      this.#waiting.push(begin);
      return;
    }
    this.#left -= 1;
    begin();
  }

  #schedule(): void {
    this.#isScheduled = true;
    this.#clock.schedule(0, () => {
      const now = this.#waiting.splice(0, AT_ONCE);
      this.#left = AT_ONCE - now.length;
      this.#isScheduled = false;
      if (now.length > 0) this.#schedule();
      for (const begin of now) begin();
    });
  }
}
