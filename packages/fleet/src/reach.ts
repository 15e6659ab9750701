import type { Clock } from '@silverback/clock';
import type { FanOutEvent, SessionState } from '@silverback/fan-out';

/** A proxy that was not reached for this long can't be in sync, in ms. */
export const REACHED_WITHIN_MS = 60_000;

/** The states of a proxy that is not reached. */
export const AWAY: ReadonlySet<SessionState> = new Set(['connecting', 'unreachable']);

/** Which proxies were reached not long ago. */
export class Reach {
  readonly #clock: Clock;
  /** Since when proxies are not reached, by their keys. */
  readonly #awaySince = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hear(event: FanOutEvent): void {
    const { key } = event.proxy;
    if (event.type === 'joined') this.#leave(key);
    else if (event.type === 'left') this.#awaySince.delete(key);
    else if (event.type === 'state-changed') {
      if (AWAY.has(event.to)) this.#leave(key);
      else this.#awaySince.delete(key);
    }
  }

  /** Whether a proxy was reached, or joined, within {@link REACHED_WITHIN_MS}. */
  isRecent(key: string): boolean {
    const since = this.#awaySince.get(key);
    return since === undefined || this.#clock.now() - since < REACHED_WITHIN_MS;
  }

  #leave(key: string): void {
    if (!this.#awaySince.has(key)) this.#awaySince.set(key, this.#clock.now());
  }
}
