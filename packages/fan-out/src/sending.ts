import type { Payload } from '@silverback/kong-configuration';
import { DriftWatch, type Drift } from './drift.ts';
import { isEmptyHash } from './empty-hash.ts';
import type { PushResult, SessionReason } from './events.ts';
import { Holds, type Hold } from './holds.ts';
import { Pace } from './pace.ts';
import { NOT_LEADER } from './push.ts';
import { SizeLimit } from './size-limit.ts';
import type { FanOutTiming } from './timing.ts';

/** How long a payload has to wait. */
export interface Wait {
  /** In ms; 0 or less if it may be sent. */
  readonly waitMs: number;
  /** Why, where it is not for the pace. */
  readonly hold?: Hold;
}

/**
 * When something may be sent to one proxy, from what became of what was sent before: its pace, the waits after a refusal
 * or a failure, the size that it takes, and what it holds although it should not.
 */
export class Sending {
  readonly #holds: Holds;
  readonly #drift: DriftWatch;
  readonly #pace: Pace;
  readonly #size = new SizeLimit();

  /** @param random - gives numbers in [0, 1) */
  constructor(timing: FanOutTiming, random: () => number) {
    this.#holds = new Holds(timing, random);
    this.#drift = new DriftWatch(timing);
    this.#pace = new Pace(timing.paceFactor);
  }

  /** How long the last accepted configuration took to apply, in ms. */
  get lastApplyMs(): number | undefined {
    return this.#pace.lastApplyMs;
  }

  /** The size that the proxy takes, while what was looked at last comes near to it; in bytes. */
  get nearLimit(): number | undefined {
    return this.#size.nearLimit;
  }

  /** As {@link SizeLimit.tell}. */
  tellLimit(bytes: number | undefined): void {
    this.#size.tell(bytes);
  }

  /** As {@link SizeLimit.comesNear}. */
  comesNear(bytes: number): number | undefined {
    return this.#size.comesNear(bytes);
  }

  /** Something else is desired. */
  changed(now: number): void {
    this.#pace.changed(now);
  }

  /** What is desired from now on does not wait for the pace, until something is sent. */
  hurry(): void {
    this.#pace.hurry();
  }

  /**
   * How long a payload has to wait.
   *
   * @param reportedHash - what the proxy holds
   * @param now - monotonic time in ms
   */
  wait(payload: Payload, reportedHash: string | undefined, now: number): Wait {
    const hold = this.#holds.of(payload, now);
    if (hold) return { waitMs: hold.until - now, hold };
    // First configurations don't wait: the proxy serves nothing.
    const isEmpty = reportedHash === undefined || isEmptyHash(reportedHash);
    return { waitMs: isEmpty ? 0 : this.#pace.waitMs(now) };
  }

  /** The newest that is desired is being sent. */
  begins(): void {
    this.#pace.sending();
  }

  /** Notes how long a configuration took to apply, in ms. */
  applied(ms: number): void {
    this.#pace.applied(ms);
  }

  /** Draws the conclusions from a push. */
  settle(payload: Payload, push: PushResult, now: number): void {
    if (push.result !== 'accepted' && push.result !== 'unchanged') this.#pace.missed();
    switch (push.result) {
      case 'accepted':
      case 'unchanged':
        this.#accepted(payload, now);
        break;
      case 'refused':
        this.#holds.refused(payload.hash, { code: 'ConfigurationRefused', message: push.message }, now);
        break;
      case 'too-large':
        this.#size.refused(payload.byteLength);
        this.#holds.tooLarge(payload.byteLength, push.reason, now);
        break;
      case 'busy':
        this.#holds.pause('waiting', push.reason, now, push.retryAfterMs);
        break;
      case 'unknown':
        this.#drift.gaveUp(payload.hash);
        this.#holds.pause('unreachable', push.reason, now);
        break;
      case 'failed':
        if (push.reason !== NOT_LEADER) this.#holds.pause('unreachable', push.reason, now);
        break;
    }
  }

  /** The proxy holds what it should. */
  confirmed(hash: string): void {
    this.#pace.arrived();
    this.#drift.confirmed(hash);
    this.#holds.confirmed();
  }

  /**
   * Looks at a hash that is not the desired one; what keeps coming back is put off.
   *
   * @returns what to tell of it, if it should not be there
   */
  examine(reportedHash: string, desiredHash: string, now: number): Drift | undefined {
    const drift = this.#drift.examine(reportedHash, now);
    if (drift?.contended) this.#holds.contended(desiredHash, drift.delayMs, drift.contended, now);
    return drift;
  }

  /** Something else decides what the proxy holds: a payload waits before it is sent again. */
  contended(hash: string, reason: SessionReason, now: number): void {
    this.#holds.contended(hash, this.#drift.delay(now), reason, now);
  }

  /** Another replica may send: what the proxy holds is no longer up to us. */
  leftToOthers(): void {
    this.#drift.forget();
  }

  /** As {@link DriftWatch.tookOver}. */
  tookOver(count: number): void {
    this.#drift.tookOver(count);
  }

  /** Another process is there, of which nothing is known. */
  restarted(): void {
    this.#drift.forget();
    this.#holds.clear();
    this.#size.forget();
  }

  #accepted(payload: Payload, now: number): void {
    this.#pace.accepted(now);
    this.#drift.accepted(payload.hash);
    this.#holds.accepted(payload);
    this.#size.accepted(payload.byteLength);
  }
}
