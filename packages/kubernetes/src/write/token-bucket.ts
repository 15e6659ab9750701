import { sleep, type Clock } from '@silverback/clock';

/** Bounds how often something is done: so much at once, and then so much a second. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(clock: Clock, perSecond: number, burst: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = clock.now();
  }

  /** Resolves when the next one may be done, or the signal is aborted. */
  async take(signal: AbortSignal): Promise<void> {
    for (;;) {
      this.#refill();
      if (this.#tokens >= 1 || signal.aborted) break;
      await sleep(this.#clock, ((1 - this.#tokens) / this.#perSecond) * 1000, signal);
    }
    this.#tokens -= 1;
  }

  #refill(): void {
    const now = this.#clock.now();
    // Rounded, or a wait for a whole token could leave one that is less by the last bit.
    const gained = Math.round(((now - this.#at) / 1000) * this.#perSecond * 1e6) / 1e6;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#at = now;
  }
}
