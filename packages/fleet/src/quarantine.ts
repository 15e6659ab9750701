import type { Fragment, RootKey } from '@silverback/kong-configuration';

/** One refusal of a root's fragment. */
export interface QuarantineEntry {
  readonly root: RootKey;
  /** Hash of the fragment that Kong refused. */
  readonly fragmentHash: string;
  /** Kong's words, redacted. */
  readonly reason: string;
  /** Hash of the payload in which it was refused. */
  readonly payloadHash: string;
}

/** What Kong refused: the ledger of a capability group. */
export class Quarantine {
  readonly #entries: Map<RootKey, QuarantineEntry>;

  /** @param entries - what to begin with */
  constructor(entries: readonly QuarantineEntry[] = []) {
    this.#entries = new Map(entries.map((entry) => [entry.root, entry]));
  }

  /** Whether this very form of a root was refused. */
  refuses(fragment: Fragment): boolean {
    const entry = this.#entries.get(fragment.root);
    return entry !== undefined && entry.fragmentHash === fragment.hash;
  }

  add(entry: QuarantineEntry): void {
    this.#entries.set(entry.root, entry);
  }

  get(root: RootKey): QuarantineEntry | undefined {
    return this.#entries.get(root);
  }

  /** All entries, in the order of their roots. */
  entries(): readonly QuarantineEntry[] {
    return [...this.#entries.values()].sort((left, right) => (left.root < right.root ? -1 : 1));
  }

  /**
   * Ends the entries of roots that have changed or gone.
   *
   * @param isComplete - false while a root that is not there may only not have been read yet
   * @returns whether there were any
   */
  forgetChanged(current: ReadonlyMap<RootKey, Fragment>, isComplete: boolean): boolean {
    let found = false;
    for (const [root, entry] of this.#entries) {
      const fragment = current.get(root);
      if (fragment === undefined ? !isComplete : fragment.hash === entry.fragmentHash) continue;
      this.#entries.delete(root);
      found = true;
    }
    return found;
  }

  /**
   * Ends the entries that a payload led to, because a proxy has accepted it after all.
   *
   * @returns whether there were any
   */
  forgetPayload(payloadHash: string): boolean {
    let found = false;
    for (const [root, entry] of this.#entries) {
      if (entry.payloadHash !== payloadHash) continue;
      this.#entries.delete(root);
      found = true;
    }
    return found;
  }
}
