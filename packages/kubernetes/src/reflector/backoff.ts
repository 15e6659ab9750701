const FIRST_MS = 800;
const LONGEST_MS = 30_000;

/** How long to wait after failures in a row: twice as long each time, and never the same for two replicas. */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;

  /** @param random - yields numbers from 0 to below 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The next wait, in ms: between half of the step and the step. */
  next(): number {
    const step = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    return step * (0.5 + this.#random() / 2);
  }

  /** Begins anew: something worked. */
  reset(): void {
    this.#failures = 0;
  }
}
