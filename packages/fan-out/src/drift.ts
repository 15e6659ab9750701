import type { FanOutTiming } from './timing.ts';

/** What to do about a configuration that is not ours. */
export interface Repair {
  /** How long to wait before putting ours back, in ms. */
  readonly delayMs: number;
  /** True when it has come back after a repair: somebody else keeps writing. */
  readonly contended: boolean;
}

/**
 * Decides how eagerly a proxy is repaired whose configuration was replaced by another: at once the first time, then
 * with waits that double while it keeps coming back. Quiet for the longest wait, and it is forgotten.
 */
export class DriftTracker {
  readonly #timing: Pick<FanOutTiming, 'driftRetryMin' | 'driftRetryMax'>;
  #repairs = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(timing: Pick<FanOutTiming, 'driftRetryMin' | 'driftRetryMax'>) {
    this.#timing = timing;
  }

  /** @param now - monotonic time in ms at which the drift was seen */
  seen(now: number): Repair {
    if (now - this.#lastAt > this.#timing.driftRetryMax) this.#repairs = 0;
    const delayMs =
      this.#repairs === 0
        ? 0
        : Math.min(this.#timing.driftRetryMax, this.#timing.driftRetryMin * 2 ** (this.#repairs - 1));
    const contended = this.#repairs > 0;
    this.#repairs += 1;
    this.#lastAt = now + delayMs;
    return { delayMs, contended };
  }
}
