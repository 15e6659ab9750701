import type { Payload } from '@silverback/kong-configuration';
import { Backoff } from './backoff.ts';
import type { SessionReason, SessionState } from './events.ts';
import type { FanOutTiming } from './timing.ts';

/** Why a payload is not sent right now, and until when. */
export interface Hold {
  /** Monotonic time in ms. */
  readonly until: number;
  readonly state: SessionState;
  readonly reason: SessionReason;
}

interface Refused {
  readonly backoff: Backoff;
  hold: Hold;
}

/** How many refused hashes are remembered: more than a fleet has candidates within the longest wait. */
const REMEMBERED = 64;

/**
 * What one proxy must not be sent for the time being. A refusal is about one hash and outlives other payloads in between;
 * a size is about everything of that size or more; a contended configuration is about one hash; busy and failing are
 * about the proxy, whatever the payload.
 */
export class Holds {
  readonly #timing: FanOutTiming;
  readonly #random: () => number;
  readonly #failures: Backoff;
  readonly #sizes: Backoff;
  readonly #refused = new Map<string, Refused>();
  #tooLarge: (Hold & { readonly bytes: number }) | undefined;
  #contended: (Hold & { readonly hash: string }) | undefined;
  #pause: Hold | undefined;

  constructor(timing: FanOutTiming, random: () => number) {
    this.#timing = timing;
    this.#random = random;
    this.#failures = new Backoff(timing.retryMin, timing.retryMax, random);
    this.#sizes = new Backoff(timing.refusedRetryMin, timing.refusedRetryMax, random);
  }

  /** The hold that keeps a payload back for longest, if any does. */
  of(payload: Payload, now: number): Hold | undefined {
    const { hash, byteLength } = payload;
    return [
      this.#refused.get(hash)?.hold,
      this.#tooLarge && byteLength >= this.#tooLarge.bytes ? this.#tooLarge : undefined,
      this.#contended?.hash === hash ? this.#contended : undefined,
      this.#pause,
    ]
      .filter((hold) => hold !== undefined && hold.until > now)
      .reduce(
        (longest, hold) => (longest && hold && longest.until >= hold.until ? longest : hold),
        undefined,
      );
  }

  /** The proxy refused a hash. */
  refused(hash: string, reason: SessionReason, now: number): void {
    const { refusedRetryMin, refusedRetryMax } = this.#timing;
    const backoff =
      this.#refused.get(hash)?.backoff ?? new Backoff(refusedRetryMin, refusedRetryMax, this.#random);
    this.#refused.delete(hash);
    this.#refused.set(hash, { backoff, hold: { until: now + backoff.next(), state: 'rejected', reason } });
    for (const oldest of this.#refused.keys()) {
      if (this.#refused.size <= REMEMBERED) break;
      this.#refused.delete(oldest);
    }
  }

  /** The proxy has no room for so many bytes. */
  tooLarge(bytes: number, reason: SessionReason, now: number): void {
    this.#tooLarge = { bytes, until: now + this.#sizes.next(), state: 'rejected', reason };
  }

  /** Something keeps replacing what was sent. */
  contended(hash: string, delayMs: number, reason: SessionReason, now: number): void {
    this.#contended = { hash, until: now + delayMs, state: 'contended', reason };
  }

  /**
   * The proxy can take nothing for now: the waits grow.
   *
   * @param atLeastMs - how long it asks to be left alone
   */
  pause(state: SessionState, reason: SessionReason, now: number, atLeastMs = 0): void {
    this.#pause = { until: now + Math.max(atLeastMs, this.#failures.next()), state, reason };
  }

  /** The proxy took a payload. */
  accepted({ hash, byteLength }: Payload): void {
    this.#failures.reset();
    this.#pause = undefined;
    this.#refused.delete(hash);
    if (this.#tooLarge && byteLength >= this.#tooLarge.bytes) {
      this.#tooLarge = undefined;
      this.#sizes.reset();
    }
  }

  /** The proxy holds what it should. */
  confirmed(): void {
    this.#contended = undefined;
  }

  /** Another process is there, of which nothing of this is known. */
  clear(): void {
    this.#refused.clear();
    this.#sizes.reset();
    this.#tooLarge = undefined;
    this.#contended = undefined;
    this.#pause = undefined;
  }
}
