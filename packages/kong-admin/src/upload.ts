import type { Cancel, Clock } from '@silverback/clock';
import { SilverbackError } from '@silverback/errors';
import type { Payload } from '@silverback/kong-configuration';
import type { AdminTimeouts } from './bounds.ts';
import { answerTimedOut, requestAborted } from './request-error.ts';

export interface UploadOptions {
  readonly payload: Payload;
  readonly clock: Clock;
  readonly timeouts: AdminTimeouts;
  readonly address: string;
  /** Whether the connection on which the upload goes still stands. */
  readonly isConnected: () => boolean;
  readonly signal?: AbortSignal;
  readonly onSent?: () => void;
  /** Asked before each slice; false ends the upload. */
  readonly maySend?: () => boolean;
}

/**
 * One attempt at sending a payload: hands over slice by slice, and ends the request when the caller wants it to
 * (before the last slice only), when nothing more is taken, or when there is no answer.
 */
export class Upload {
  readonly #options: UploadOptions;
  readonly #abort = new AbortController();
  #stopDeadline: Cancel;
  #stopWatch: Cancel = () => undefined;
  #sentAt: number | undefined;
  #stopped = false;
  #isAnswered = false;

  constructor(options: UploadOptions) {
    this.#options = options;
    this.#stopDeadline = this.#startDeadline(options.timeouts.uploadMs);
    if (options.signal?.aborted === true) this.#onAbort();
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  /** For the request: aborted when it must end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** When the last slice was handed over, in ms of the clock. */
  get sentAt(): number | undefined {
    return this.#sentAt;
  }

  /** The body of the request. undici asks for one more slice of a connection that has broken: there is none then. */
  *slices(): Generator<Uint8Array> {
    const { payload, isConnected, maySend } = this.#options;
    for (const [index, segment] of payload.segments.entries()) {
      this.#stopWatch();
      if (maySend?.() === false) this.#onAbort();
      this.#abort.signal.throwIfAborted();
      if (this.#stopped || !isConnected()) return;
      if (index === payload.segments.length - 1) this.#handOver();
      else this.#watch();
      yield segment;
    }
  }

  /** The first line of an answer has come, perhaps before the last slice: the rest of it has to follow soon. */
  answerBegins(): void {
    this.#isAnswered = true;
    this.#stopDeadline();
    this.#stopDeadline = this.#startDeadline(this.#options.timeouts.outcomeMs);
  }

  /** Ends everything that could still abort the request. */
  stop(): void {
    this.#stopped = true;
    this.#stopDeadline();
    this.#stopWatch();
    this.#ignoreCaller();
  }

  /** From here on Kong may have the whole body, and applies it whatever the client does. */
  #handOver(): void {
    this.#ignoreCaller();
    if (!this.#isAnswered) {
      this.#stopDeadline();
      this.#stopDeadline = this.#startDeadline(this.#options.timeouts.applyMs);
    }
    this.#sentAt = this.#options.clock.now();
    this.#options.onSent?.();
  }

  #ignoreCaller(): void {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  #watch(): void {
    const { clock, timeouts, address } = this.#options;
    this.#stopWatch = clock.schedule(timeouts.stallMs, () => {
      this.#abort.abort(
        new SilverbackError('AdminUploadStalled', {
          message: `the proxy took nothing more of the configuration for ${timeouts.stallMs} ms`,
          where: address,
        }),
      );
    });
  }

  #startDeadline(ms: number): Cancel {
    const { clock, address } = this.#options;
    return clock.schedule(ms, () => {
      this.#abort.abort(answerTimedOut(address, ms));
    });
  }

  readonly #onAbort = (): void => {
    this.#abort.abort(requestAborted(this.#options.address));
  };
}
