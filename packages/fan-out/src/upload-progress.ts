import type { Cancel, Clock } from '@silverback/clock';

/**
 * Gives the slot of an upload back when the upload makes no progress any more, or far less than others: slots bound the
 * work that is going on, not the proxies that are slow to take it. Such an upload goes on without a slot.
 */
export class UploadProgress {
  readonly #clock: Clock;
  readonly #stallMs: number;
  readonly #release: () => void;
  readonly #stopPatience: Cancel;
  #stopTimer: Cancel;

  /**
   * @param stallMs - an upload of which nothing was taken for so long, in ms, makes no progress
   * @param patienceMs - an upload that takes longer than this and `stallMs` together is slow
   * @param release - gives the slot back
   */
  constructor(clock: Clock, stallMs: number, patienceMs: number, release: () => void) {
    this.#clock = clock;
    this.#stallMs = stallMs;
    this.#release = release;
    this.#stopPatience = clock.schedule(stallMs + patienceMs, release);
    this.#stopTimer = clock.schedule(stallMs, release);
  }

  /** Notes that the proxy has taken something. */
  made(): void {
    this.#stopTimer();
    this.#stopTimer = this.#clock.schedule(this.#stallMs, this.#release);
  }

  /** The upload is over, or completely handed over. */
  end(): void {
    this.#stopPatience();
    this.#stopTimer();
    this.#release();
  }
}
