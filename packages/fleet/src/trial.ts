import type { EntityRefusal, SessionSnapshot } from '@silverback/fan-out';

/** What a proxy of a trial said. */
export interface Refusal {
  readonly refusals: readonly EntityRefusal[];
  readonly message: string;
  /** As in `PushResult`. */
  readonly isContradiction?: true;
  /** The key of the proxy that said it. */
  readonly proxy: string;
}

interface Try {
  /** When it is passed over, in ms of the clock. */
  readonly deadline: number;
  readonly refusal?: Refusal;
  readonly passedOver: boolean;
}

/** What a trial wants next. */
export type TrialStep =
  | { readonly type: 'wait'; readonly until?: number }
  | { readonly type: 'offer'; readonly proxies: readonly string[] }
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** The one proxy of a retry does not answer. */
  | { readonly type: 'unanswered' };

/** How many proxies get a candidate at once while none of the fleet has a record. */
const FIRST_TRIAL = 3;
/** How many get it at once later: as many as must refuse it before it counts as refused, so that one that hangs costs nothing. */
const TRIAL = 2;
/** How long a trial proxy may take at least, in ms. */
const PATIENCE_MS = 2_000;
/** How many times its last apply time a trial proxy may take. */
const PATIENCE_FACTOR = 3;

/**
 * Decides which proxies see a candidate first, and what their answers mean. It knows no clock and sends nothing.
 *
 * The two proxies with the best records go first, or three where there is none. A proxy that doesn't answer in time is
 * passed over and another one is asked. Refused by two, or by the only one that can be asked, the candidate is refused.
 * A retry of what was refused before is shown to one proxy only.
 */
export class Trial {
  readonly #tries = new Map<string, Try>();
  /** Whether the candidate holds what was refused before. */
  readonly isRetry: boolean;

  constructor(isRetry = false) {
    this.isRetry = isRetry;
  }

  /** Proxies that have been offered the candidate. */
  get offered(): ReadonlySet<string> {
    return new Set(this.#tries.keys());
  }

  /** What those said that refused it. */
  get refusals(): readonly Refusal[] {
    return [...this.#tries.values()].flatMap(({ refusal }) => refusal ?? []);
  }

  /** Notes that a proxy was offered the candidate. */
  offer(session: SessionSnapshot, now: number): void {
    const patience = Math.max(PATIENCE_MS, PATIENCE_FACTOR * (session.lastApplyMs ?? 0));
    this.#tries.set(session.proxy.key, { deadline: now + patience, passedOver: false });
  }

  /** Notes that a proxy refused the candidate. */
  refuse(key: string, refusal: Refusal): void {
    const tried = this.#tries.get(key);
    this.#tries.set(key, { deadline: tried?.deadline ?? 0, passedOver: false, refusal });
  }

  /** Notes that a proxy has left or cannot be reached: it decides nothing. */
  passOver(key: string): void {
    const tried = this.#tries.get(key);
    if (tried && !tried.refusal) this.#tries.set(key, { ...tried, passedOver: true });
  }

  /**
   * What to do next.
   *
   * @param eligible - gives the sessions that may be asked, best first
   * @param hasRecord - whether any proxy of the fleet has accepted something before
   */
  next(eligible: () => readonly SessionSnapshot[], hasRecord: boolean, now: number): TrialStep {
    for (const [key, tried] of this.#tries) if (tried.deadline <= now) this.passOver(key);
    const tries = [...this.#tries.values()];
    const [first, second] = this.refusals;
    if (first && (second || this.isRetry)) return { type: 'refused', refusal: first };
    const pending = tries.filter((tried) => !tried.refusal && !tried.passedOver);
    const another = pending.length === 0 && !(this.isRetry && tries.length > 0) ? 1 : 0;
    // Proxies may come one after the other.
    const wanted = Math.max(this.#size(hasRecord) - tries.length, another);
    const proxies = wanted > 0 ? this.#untried(eligible()).slice(0, wanted) : [];
    if (proxies.length > 0) return { type: 'offer', proxies };
    if (pending.length > 0)
      return { type: 'wait', until: Math.min(...pending.map((tried) => tried.deadline)) };
    if (this.isRetry) return { type: 'unanswered' };
    return first ? { type: 'refused', refusal: first } : { type: 'wait' };
  }

  /** How many proxies get the candidate at once. */
  #size(hasRecord: boolean): number {
    if (this.isRetry) return 1;
    return hasRecord ? TRIAL : FIRST_TRIAL;
  }

  #untried(sessions: readonly SessionSnapshot[]): readonly string[] {
    return sessions.map(({ proxy }) => proxy.key).filter((key) => !this.#tries.has(key));
  }
}
