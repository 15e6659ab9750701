/**
 * When the next push to a proxy may begin: it gets as much time between two as it takes to apply one, times a factor. What is
 * urgent does not wait.
 */
export class Pace {
  readonly #factor: number;
  #acceptedAt = Number.NEGATIVE_INFINITY;
  #lastApplyMs: number | undefined;
  #isUrgent = false;
  /** Whether what is being sent was urgent before. */
  #wasUrgent = false;

  /** @param factor - of the last apply time; 0 for no pauses */
  constructor(factor: number) {
    this.#factor = factor;
  }

  /** How long the last accepted configuration took to apply, in ms. */
  get lastApplyMs(): number | undefined {
    return this.#lastApplyMs;
  }

  /** What is desired from now on takes something away. It stays urgent, whatever is desired later, until it is sent. */
  hurry(): void {
    this.#isUrgent = true;
  }

  /** The proxy holds all that is desired. */
  arrived(): void {
    this.#isUrgent = false;
  }

  /** The newest that is desired is being sent. */
  sending(): void {
    this.#wasUrgent = this.#isUrgent;
    this.#isUrgent = false;
  }

  /** What was sent was not taken. */
  missed(): void {
    this.#isUrgent ||= this.#wasUrgent;
    this.#wasUrgent = false;
  }

  /** What was sent was taken. */
  accepted(now: number): void {
    this.#wasUrgent = false;
    this.#acceptedAt = now;
  }

  /** Notes how long a configuration took to apply, in ms. */
  applied(ms: number): void {
    this.#lastApplyMs = Math.round(ms);
  }

  /** How long the next push has to wait, in ms; 0 or less if it may begin. */
  waitMs(now: number): number {
    return this.#isUrgent ? 0 : this.#acceptedAt + (this.#lastApplyMs ?? 0) * this.#factor - now;
  }
}
