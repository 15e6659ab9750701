import type { Cancel, Clock } from '@silverback/clock';

/**
 * Gives the slot of an upload back when the upload makes no progress any more: slots bound the work that is going on,
 * not the proxies that are slow to take it. An upload that goes on later does so without a slot.
 */
export class UploadProgress {
  readonly #clock: Clock;
  readonly #stallMs: number;
  readonly #release: () => void;
  #stopTimer: Cancel;

  /**
   * @param stallMs - an upload of which nothing was taken for so long, in ms, makes no progress
   * @param release - gives the slot back
   */
  constructor(clock: Clock, stallMs: number, release: () => void) {
    this.#clock = clock;
    this.#stallMs = stallMs;
    this.#release = release;
    this.#stopTimer = clock.schedule(stallMs, release);
  }

  /** Notes that the proxy has taken something. */
  made(): void {
    this.#stopTimer();
    this.#stopTimer = this.#clock.schedule(this.#stallMs, this.#release);
  }

  /** The upload is over, or completely handed over. */
  end(): void {
    this.#stopTimer();
    this.#release();
  }
}
