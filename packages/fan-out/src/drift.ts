import type { SessionReason } from './events.ts';
import { isEmptyHash } from './empty-hash.ts';
import type { FanOutTiming } from './timing.ts';

/** A configuration that is not the desired one, and what to do about it. */
export interface Drift {
  /** The hash that was replaced; absent where the proxy accepted a payload and reports another hash. */
  readonly expectedHash?: string;
  /** How long to wait before putting ours back, in ms. */
  readonly delayMs: number;
  /** Present when it has come back after a repair: something keeps writing. */
  readonly contended?: SessionReason;
}

/** Given up POSTs whose hashes are remembered, should they be applied late. */
const REMEMBERED = 8;

/**
 * Tells a configuration that something else put there from one that merely has not arrived yet, and decides how eagerly
 * to repair: at once the first time, then with waits that double while it keeps coming back. Quiet for the longest wait,
 * and it is forgotten.
 */
export class DriftWatch {
  readonly #timing: Pick<FanOutTiming, 'driftRetryMin' | 'driftRetryMax'>;
  /** What the proxy reported when it was last in sync. */
  #confirmed: string | undefined;
  /** What the last push was accepted with, until it is confirmed. */
  #accepted: string | undefined;
  #notReproducible = 0;
  readonly #givenUp = new Set<string>();
  #repairs = 0;
  #takeOvers = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(timing: Pick<FanOutTiming, 'driftRetryMin' | 'driftRetryMax'>) {
    this.#timing = timing;
  }

  /** The proxy reports a hash of ours. */
  confirmed(hash: string): void {
    this.#confirmed = hash;
    this.#accepted = undefined;
    this.#notReproducible = 0;
    this.#givenUp.delete(hash);
  }

  /** The proxy accepted a payload. */
  accepted(hash: string): void {
    this.#accepted = hash;
  }

  /** A payload was handed over, and it is not known what became of it: it may still be applied. */
  gaveUp(hash: string): void {
    this.#givenUp.add(hash);
    for (const oldest of this.#givenUp) {
      if (this.#givenUp.size <= REMEMBERED) break;
      this.#givenUp.delete(oldest);
    }
  }

  /** What the proxy holds is no longer up to us: it was restarted, or another replica leads. */
  forget(): void {
    this.#confirmed = undefined;
    this.#accepted = undefined;
  }

  /**
   * Another replica has led, if the count has grown: what it sent may still come, and is repaired like something new.
   *
   * @param count - how often this replica has taken over
   */
  tookOver(count: number): void {
    if (count !== this.#takeOvers) this.#repairs = 0;
    this.#takeOvers = count;
  }

  /**
   * Looks at a hash that is not the desired one.
   *
   * @param now - monotonic time in ms
   */
  examine(reported: string, now: number): Drift | undefined {
    const accepted = this.#accepted;
    // Something newer may be desired by now; what was accepted before is ours all the same.
    if (reported === accepted) this.confirmed(reported);
    else if (accepted !== undefined) return this.#notAsAccepted(accepted, reported, now);
    const expected = this.#confirmed;
    if (expected === undefined || reported === expected) return undefined;
    this.#confirmed = undefined;
    // An empty proxy has lost its configuration; nobody else has written one. What we gave up was ours.
    if (isEmptyHash(reported) || this.#givenUp.delete(reported))
      return { expectedHash: expected, delayMs: 0 };
    const isAgain = this.#isAgain(now);
    return {
      expectedHash: expected,
      delayMs: this.delay(now),
      ...(isAgain && {
        contended: {
          code: 'ForeignWriter',
          message: `the configuration was replaced again by one with the hash ${reported}`,
        },
      }),
    };
  }

  /** How long to wait before one more repair, in ms; each call counts as one. */
  delay(now: number): number {
    const { driftRetryMin, driftRetryMax } = this.#timing;
    if (!this.#isAgain(now)) this.#repairs = 0;
    const delayMs =
      this.#repairs === 0 ? 0 : Math.min(driftRetryMax, driftRetryMin * 2 ** Math.min(30, this.#repairs - 1));
    this.#repairs += 1;
    this.#lastAt = now + delayMs;
    return delayMs;
  }

  #notAsAccepted(accepted: string, reported: string, now: number): Drift | undefined {
    this.forget();
    if (this.#givenUp.delete(reported)) return undefined;
    this.#notReproducible += 1;
    if (this.#notReproducible < 2) return undefined;
    return {
      delayMs: this.delay(now),
      contended: { code: 'HashNotReproducible', message: `it accepted ${accepted} and reports ${reported}` },
    };
  }

  #isAgain(now: number): boolean {
    return this.#repairs > 0 && now - this.#lastAt <= this.#timing.driftRetryMax;
  }
}
