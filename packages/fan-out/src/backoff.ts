/** Waits that double with each failure, spread over the whole range ("full jitter") so that many clients don't retry in step. */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #failures = 0;

  /**
   * @param minMs - upper end of the first wait, in ms
   * @param maxMs - upper end of the longest wait, in ms
   * @param random - gives numbers in [0, 1)
   */
  constructor(minMs: number, maxMs: number, random: () => number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** Failures since the last {@link reset}. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts one more failure and returns how long to wait, in ms: at least a tenth of the range, never 0. */
  next(): number {
    const range = Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return range * (0.1 + 0.9 * this.#random());
  }

  reset(): void {
    this.#failures = 0;
  }
}
