import type { Cancel, Clock } from '@silverback/clock';
import type { RootKey } from '@silverback/kong-configuration';
import { isIn, type Composition } from './composition.ts';
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
}

/**
 * Offers what Kong refused again after a time, although it has not changed: perhaps Kong has, or what it clashed with has
 * gone. All roots that are due are offered together, to one proxy; those that are refused again wait twice as long. Waits
 * are spread, so that roots that were only held together with a bad one come apart.
 */
export class Retries {
  readonly #options: RetriesOptions;
  readonly #waits = new Map<RootKey, Wait>();
  #cancel: Cancel = () => undefined;
  #roots: ReadonlySet<RootKey> = new Set();
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

  /** What a composition holds back: everything that was refused, but for what is being retried. */
  quarantineOf(quarantine: Quarantine): Quarantine {
    return this.isWanted ? quarantine.without(this.#roots) : quarantine;
  }

  /** Brings the waits in line with what is held now. */
  plan(quarantine: Quarantine): void {
    const held = new Set(quarantine.roots());
    for (const root of this.#waits.keys()) if (!held.has(root)) this.#waits.delete(root);
    for (const root of held) if (!this.#waits.has(root)) this.#wait(root, 0);
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
    const isSame = (root: RootKey): boolean =>
      current.get(root)?.hash === composition.current.get(root)?.hash;
    return new Set([...roots].filter((root) => this.#waits.has(root) && isSame(root)));
  }

  /**
   * A composition was not accepted.
   *
   * @param named - the roots that the refusal is about; all that were retried count if none of them is among these
   * @returns whether it was a retry
   */
  failed(composition: Composition, named: readonly RootKey[]): boolean {
    const roots = this.#end(composition);
    if (roots === undefined) return false;
    this.#givenUp = { composition, roots };
    const guilty = named.filter((root) => roots.has(root));
    this.#waitAgain(guilty.length > 0 ? guilty : roots, 1);
    return true;
  }

  /** A composition gave way to a newer one before it was decided on: what was retried with it waits as long as before. */
  replaced(composition: Composition): void {
    const roots = this.#end(composition);
    if (roots === undefined) return;
    this.#givenUp = { composition, roots };
    this.#waitAgain(roots, 0);
  }

  /**
   * The composition of a retry is no other payload than the one that was accepted last, so there is nothing to ask.
   *
   * @returns the roots that nothing uses; those that need what is held themselves are due again after as long a wait
   */
  unseen(composition: Composition): ReadonlySet<RootKey> {
    const roots = [...(this.#end(composition) ?? [])];
    const isUnused = (root: RootKey): boolean => {
      const fragment = composition.fragments.get(root);
      return fragment === undefined || isIn(composition.payload, fragment);
    };
    this.#waitAgain(
      roots.filter((root) => !isUnused(root)),
      0,
    );
    return new Set(roots.filter(isUnused));
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

  #end(composition: Composition): ReadonlySet<RootKey> | undefined {
    if (composition !== this.#composition) return undefined;
    const roots = this.#roots;
    this.#roots = new Set();
    this.#composition = undefined;
    return roots;
  }

  /** Those that are held no longer have no wait any more. */
  #waitAgain(roots: Iterable<RootKey>, moreFailures: number): void {
    for (const root of roots) {
      const before = this.#waits.get(root);
      if (before) this.#wait(root, before.failures + moreFailures);
    }
    this.#schedule();
  }

  #wait(root: RootKey, failures: number): void {
    const { clock, random, waits } = this.#options;
    const longest = Math.min(waits.max, waits.min * 2 ** Math.min(failures, 30));
    this.#waits.set(root, { at: clock.now() + longest * (0.5 + 0.5 * random()), failures });
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
    const due = [...this.#waits].filter(([, { at }]) => at <= clock.now()).map(([root]) => root);
    this.#roots = new Set(due);
    this.#composition = undefined;
    if (due.length > 0) onDue();
  }
}
