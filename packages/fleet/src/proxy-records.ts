import type { SessionSnapshot } from '@silverback/fan-out';
import { REACHED_WITHIN_MS } from './reach.ts';

/** States in which a proxy can't be asked about a candidate. */
const UNDECIDED: ReadonlySet<SessionSnapshot['state']> = new Set(['connecting', 'unreachable', 'leaving']);

/** What is remembered of each proxy, by its key: how often it accepted something, and whether it is odd. */
export class ProxyRecords {
  readonly #acceptances = new Map<string, number>();
  readonly #odd = new Map<string, string>();

  /** Proxies that refuse what others accept, with the reason. */
  get odd(): ReadonlyMap<string, string> {
    return this.#odd;
  }

  /** Whether any proxy has accepted something. */
  get areThere(): boolean {
    return this.#acceptances.size > 0;
  }

  /** Notes an acceptance, which also ends being odd. */
  accepted(key: string): void {
    this.#acceptances.set(key, (this.#acceptances.get(key) ?? 0) + 1);
    this.#odd.delete(key);
  }

  markOdd(key: string, reason: string): void {
    this.#odd.set(key, reason);
  }

  /** Forgets a proxy that has left. */
  forget(key: string): void {
    this.#acceptances.delete(key);
    this.#odd.delete(key);
  }

  /**
   * The sessions that may decide about a candidate: reachable and not odd; idle ones and good records first. Where nobody
   * is left who could accept what the odd ones refuse, they are all there is, and decide.
   */
  eligible(sessions: readonly SessionSnapshot[]): SessionSnapshot[] {
    const rank = ({ state, proxy }: SessionSnapshot): number =>
      (state === 'pushing' ? 0 : 1e9) + (this.#acceptances.get(proxy.key) ?? 0);
    const mayOddDecide = this.areAllOdd(sessions);
    return sessions
      .filter(({ state, proxy }) => !UNDECIDED.has(state) && (mayOddDecide || !this.#odd.has(proxy.key)))
      .sort((left, right) => rank(right) - rank(left));
  }

  /** Whether every proxy is odd, but for those that are going or have been away for long. */
  areAllOdd(sessions: readonly SessionSnapshot[]): boolean {
    return sessions.every(
      ({ proxy, state, lagMs }) =>
        this.#odd.has(proxy.key) ||
        state === 'leaving' ||
        (state === 'unreachable' && lagMs >= REACHED_WITHIN_MS),
    );
  }
}
