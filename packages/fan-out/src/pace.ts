/** While changes keep coming, a push waits until none came for this part of the pause between two pushes … */
const QUIET = 0.1;
/** … for at most this part of the pause. */
const LONGEST_WAIT = 0.25;

/**
 * When the next push to a proxy may begin: it gets as much time between two as it takes to apply one, times a factor. If
 * changes came during that pause and still come at its end, the push waits a little for them to settle, because each push
 * makes the proxy build everything anew. What is urgent does not wait, nor does a change that comes after the pause.
 */
export class Pace {
  readonly #factor: number;
  #acceptedAt = Number.NEGATIVE_INFINITY;
  #lastApplyMs: number | undefined;
  #isUrgent = false;
  /** When the first and the last of the changes came that nothing was sent of yet. */
  #changes: { readonly first: number; readonly last: number } | undefined;
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

  /** Something else is desired. */
  changed(now: number): void {
    this.#changes = { first: this.#changes?.first ?? now, last: now };
  }

  /** The proxy holds all that is desired. */
  arrived(): void {
    this.#isUrgent = false;
    this.#changes = undefined;
  }

  /** The newest that is desired is being sent. */
  sending(): void {
    this.#wasUrgent = this.#isUrgent;
    this.#isUrgent = false;
    this.#changes = undefined;
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
    if (this.#isUrgent) return 0;
    const pause = (this.#lastApplyMs ?? 0) * this.#factor;
    const pauseEnds = this.#acceptedAt + pause;
    const { first, last } = this.#changes ?? { first: pauseEnds, last: pauseEnds };
    if (first >= pauseEnds) return pauseEnds - now;
    const settled = Math.min(last + pause * QUIET, pauseEnds + pause * LONGEST_WAIT);
    return Math.max(pauseEnds, settled) - now;
  }
}
