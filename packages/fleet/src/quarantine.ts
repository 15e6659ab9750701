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

/** What Kong refused, in memory: gone after a restart, when Kong is simply asked again. */
export class Quarantine {
  readonly #entries = new Map<RootKey, QuarantineEntry>();

  /** Whether this very form of a root was refused. */
  refuses(fragment: Fragment): boolean {
    return this.#entries.get(fragment.root)?.fragmentHash === fragment.hash;
  }

  add(entry: QuarantineEntry): void {
    this.#entries.set(entry.root, entry);
  }

  get(root: RootKey): QuarantineEntry | undefined {
    return this.#entries.get(root);
  }

  /** Ends the entries of roots that have changed or gone. */
  forgetChanged(current: ReadonlyMap<RootKey, Fragment>): void {
    for (const [root, entry] of this.#entries) {
      if (current.get(root)?.hash !== entry.fragmentHash) this.#entries.delete(root);
    }
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
