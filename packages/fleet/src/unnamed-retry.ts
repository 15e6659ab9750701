import type { Cancel, Clock } from '@silverback/clock';
import type { HeldRetry } from './retries.ts';

/** What it is made of. */
export interface UnnamedRetryOptions {
  readonly clock: Clock;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
  readonly heldRetry: HeldRetry;
}

/**
 * When a payload is tried again that was refused for no reason that could be found: proxies that refuse everything may be
 * mended, and nothing else would tell. Each refusal doubles the wait.
 */
export class UnnamedRetry {
  readonly #options: UnnamedRetryOptions;
  #failures = 0;
  #cancel: Cancel = () => undefined;

  constructor(options: UnnamedRetryOptions) {
    this.#options = options;
  }

  /** Waits once more. */
  refused(onDue: () => void): void {
    const { clock, random, heldRetry } = this.#options;
    const longest = Math.min(heldRetry.max, heldRetry.min * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    this.#cancel();
    this.#cancel = clock.schedule(longest * (0.5 + 0.5 * random()), onDue);
  }

  /** Something is accepted, or everything ends: the next wait is a short one. */
  stop(): void {
    this.#cancel();
    this.#failures = 0;
  }
}
