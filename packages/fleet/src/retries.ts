import type { Cancel, Clock } from '@silverback/clock';
import type { RootKey } from '@silverback/kong-configuration';
import { suspectRoots, type Composition } from './composition.ts';
import type { Quarantine } from './quarantine.ts';

/** After how long refused resources are offered again that have not changed, in ms. */
export interface HeldRetry {
  /** The first wait; each refusal doubles it. */
  readonly min: number;
  /** The longest wait. */
  readonly max: number;
}

export const DEFAULT_HELD_RETRY: HeldRetry = { min: 300_000, max: 3_600_000 };

/** How long to wait when there is no room for a retry because something else is on its way, in ms. */
const BUSY_MS = 10_000;

/** What retries are made of. */
export interface RetriesOptions {
  readonly clock: Clock;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
  readonly waits: HeldRetry;
  /** Whether nothing else is being composed or tried, and this replica may send. */
  readonly isIdle: () => boolean;
  /** Told that a retry is to be composed. */
  readonly onDue: () => void;
}

interface Wait {
  readonly at: number;
  readonly failures: number;
  /** Roots that came in with a retry of this one, and because of which it may have been refused. */
  readonly doubted: ReadonlySet<RootKey>;
}

const FIRST: Omit<Wait, 'at'> = { failures: 0, doubted: new Set() };

/**
 * Offers what Kong refused again after a time, although it has not changed: perhaps Kong has, or what it clashed with has
 * gone. All roots that are due are offered together, to one proxy; those that are refused again wait twice as long. Waits
 * are spread, so that roots that were only held together with a bad one come apart. What is not in service for want of a
 * held root comes in with it, and may be what is refused: it is kept out of later retries.
 */
export class Retries {
  readonly #options: RetriesOptions;
  readonly #waits = new Map<RootKey, Wait>();
  #cancel: Cancel = () => undefined;
  #roots: ReadonlySet<RootKey> = new Set();
  #withheld: ReadonlySet<RootKey> = new Set();
  #composition: Composition | undefined;
  /** The last retry that was given up: its one proxy may only be late. */
  #givenUp: { readonly composition: Composition; readonly roots: ReadonlySet<RootKey> } | undefined;

  constructor(options: RetriesOptions) {
    this.#options = options;
  }

  /** Whether a retry is to be composed. */
  get isWanted(): boolean {
    return this.#roots.size > 0 && this.#composition === undefined;
  }

  /**
   * What a composition holds back: everything that was refused, but for what is being retried.
   *
   * @param withheld - what is kept out for another reason
   */
  heldBack(
    quarantine: Quarantine,
    withheld: ReadonlySet<RootKey>,
  ): { readonly quarantine: Quarantine; readonly withheld: ReadonlySet<RootKey> } {
    if (!this.isWanted) return { quarantine, withheld };
    return { quarantine: quarantine.without(this.#roots), withheld: this.#withheld };
  }

  /** Brings the waits in line with what is held now. */
  plan(quarantine: Quarantine): void {
    const held = new Set(quarantine.roots());
    for (const root of this.#waits.keys()) if (!held.has(root)) this.#waits.delete(root);
    for (const root of held) if (!this.#waits.has(root)) this.#wait(root, FIRST);
    this.#schedule();
  }

  /** Notes what came out of the composition of a retry. */
  composed(composition: Composition): void {
    this.#composition = composition;
  }

  /**
   * A composition was accepted, perhaps late.
   *
   * @param current - what the resources say by now
   * @returns the roots that were retried with it and still say the same; none if it was no retry
   */
  accepted(composition: Composition, current = composition.current): ReadonlySet<RootKey> {
    const givenUp = composition === this.#givenUp?.composition ? this.#givenUp.roots : [];
    const roots = this.#end(composition) ?? givenUp;
    this.#believe(composition);
    const isSame = (root: RootKey): boolean =>
      current.get(root)?.hashWithoutTargets === composition.current.get(root)?.hashWithoutTargets;
    return new Set([...roots].filter((root) => this.#waits.has(root) && isSame(root)));
  }

  /**
   * A composition was refused.
   *
   * @param named - the roots that the refusal is about; all that were retried count if none of them is among these
   * @param accepted - what was accepted last
   * @returns whether it was a retry
   */
  refused(composition: Composition, named: readonly RootKey[], accepted: Composition | undefined): boolean {
    const roots = this.#giveUp(composition);
    if (roots === undefined) return false;
    const guilty = named.filter((root) => roots.has(root));
    if (guilty.length > 0) {
      this.#waitAgain(guilty, failedOnceMore);
      return true;
    }
    const newcomers = suspectRoots(composition, accepted).filter((root) => !roots.has(root));
    const isNamed = newcomers.filter((root) => named.includes(root));
    const doubted = isNamed.length > 0 ? isNamed : newcomers;
    this.#waitAgain(roots, (before) => ({
      ...failedOnceMore(before),
      doubted: new Set([...before.doubted, ...doubted]),
    }));
    return true;
  }

  /** The one proxy that was to try a composition has not answered. */
  unanswered(composition: Composition): void {
    this.#waitAgain(this.#giveUp(composition) ?? [], failedOnceMore);
  }

  /** A composition gave way to a newer one before it was decided on: what was retried with it waits as long as before. */
  replaced(composition: Composition): void {
    this.#waitAgain(this.#giveUp(composition) ?? [], asBefore);
  }

  /**
   * The composition of a retry is no other payload than the one that was accepted last, so there is nothing to ask.
   *
   * @returns the roots that nothing uses, or nothing but what is doubted: whatever is refused of both together is found as
   *   with any change. Those that need what is held themselves are due again after as long a wait
   */
  unseen(composition: Composition): ReadonlySet<RootKey> {
    const roots = [...(this.#end(composition) ?? [])];
    const isFree = (root: RootKey): boolean => {
      const hasDoubts = (this.#waits.get(root)?.doubted.size ?? 0) > 0;
      return hasDoubts || !composition.unresolved.has(root);
    };
    this.#waitAgain(
      roots.filter((root) => !isFree(root)),
      asBefore,
    );
    return new Set(roots.filter(isFree));
  }

  /** Something else is to be composed: a retry that has not been composed yet waits. */
  giveWay(): void {
    if (!this.isWanted) return;
    this.#roots = new Set();
    this.#schedule();
  }

  /** Ends waiting. */
  stop(): void {
    this.#cancel();
    this.#roots = new Set();
    this.#composition = undefined;
    this.#givenUp = undefined;
  }

  /** What is in service in its newest form is doubted no more: without it less would be served. */
  #believe({ shown, newest }: Composition): void {
    const isDoubted = (root: RootKey): boolean => {
      const hash = shown.get(root)?.hash;
      return hash === undefined || hash !== newest.get(root)?.hash;
    };
    for (const [root, wait] of this.#waits)
      this.#waits.set(root, { ...wait, doubted: new Set([...wait.doubted].filter(isDoubted)) });
  }

  #end(composition: Composition): ReadonlySet<RootKey> | undefined {
    if (composition !== this.#composition) return undefined;
    const roots = this.#roots;
    this.#roots = new Set();
    this.#composition = undefined;
    return roots;
  }

  #giveUp(composition: Composition): ReadonlySet<RootKey> | undefined {
    const roots = this.#end(composition);
    if (roots) this.#givenUp = { composition, roots };
    return roots;
  }

  /** Those that are held no longer have no wait any more. */
  #waitAgain(roots: Iterable<RootKey>, change: (before: Wait) => Omit<Wait, 'at'>): void {
    for (const root of roots) {
      const before = this.#waits.get(root);
      if (before) this.#wait(root, change(before));
    }
    this.#schedule();
  }

  #wait(root: RootKey, wait: Omit<Wait, 'at'>): void {
    const { clock, random, waits } = this.#options;
    const longest = Math.min(waits.max, waits.min * 2 ** Math.min(wait.failures, 30));
    this.#waits.set(root, { ...wait, at: clock.now() + longest * (0.5 + 0.5 * random()) });
  }

  #schedule(atLeastMs = 0): void {
    const { clock } = this.#options;
    this.#cancel();
    if (this.#waits.size === 0) return;
    const next = Math.min(...[...this.#waits.values()].map(({ at }) => at));
    this.#cancel = clock.schedule(Math.max(atLeastMs, next - clock.now()), () => {
      this.#begin();
    });
  }

  #begin(): void {
    const { clock, isIdle, onDue } = this.#options;
    if (!isIdle() || this.#roots.size > 0) {
      this.#schedule(BUSY_MS);
      return;
    }
    const due = [...this.#waits].filter(([, { at }]) => at <= clock.now());
    this.#roots = new Set(due.map(([root]) => root));
    const doubted = due.flatMap(([, wait]) => [...wait.doubted]);
    this.#withheld = new Set(doubted.filter((root) => !this.#roots.has(root)));
    this.#composition = undefined;
    if (due.length > 0) onDue();
  }
}

function failedOnceMore(before: Wait): Wait {
  return { ...before, failures: before.failures + 1 };
}

function asBefore(before: Wait): Wait {
  return before;
}
