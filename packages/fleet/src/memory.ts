import { SilverbackError, type Code } from '@silverback/errors';
import type { Composition } from './composition.ts';
import type { Quarantine, QuarantineEntry } from './quarantine.ts';
import type { AcceptedState, LedgerStore, PayloadStore } from './state/stores.ts';

/** Where a fleet keeps what must outlive a restart. */
export interface FleetStores {
  readonly ledger: LedgerStore;
  readonly payloads: PayloadStore;
}

/**
 * Brings the ledger and the last accepted configuration into their stores. The ledger is stored before it takes
 * effect; accepted configurations are stored one at a time, the newest next, so that a slow disk skips some.
 */
export class FleetMemory {
  readonly #stores: FleetStores | undefined;
  readonly #onError: (code: Code, reason: string) => void;
  #ledger: Promise<void> = Promise.resolve();
  #payloads: Promise<void> | undefined;
  #unsaved: Composition | undefined;

  /** @param stores - absent to keep everything in memory only */
  constructor(stores: FleetStores | undefined, onError: (code: Code, reason: string) => void) {
    this.#stores = stores;
    this.#onError = onError;
  }

  /** What was kept. A store that cannot be read is told of and counts as empty: Kong is asked again. */
  async load(): Promise<{ entries: readonly QuarantineEntry[]; accepted: AcceptedState | undefined }> {
    const entries = await this.#attempt(() => this.#stores?.ledger.load());
    const accepted = await this.#attempt(() => this.#stores?.payloads.load());
    return { entries: entries ?? [], accepted };
  }

  /** Stores the ledger as it would be with more entries. Resolves also when that fails, which is told of. */
  saveLedger(quarantine: Quarantine, more: readonly QuarantineEntry[] = []): Promise<void> {
    const entries = new Map([...quarantine.entries(), ...more].map((entry) => [entry.root, entry]));
    this.#ledger = this.#ledger.then(() =>
      this.#attempt(() => this.#stores?.ledger.save([...entries.values()])),
    );
    return this.#ledger;
  }

  /** Stores an accepted configuration in its own time. */
  saveAccepted(composition: Composition): void {
    this.#unsaved = composition;
    this.#payloads ??= this.#saveNewest().finally(() => (this.#payloads = undefined));
  }

  /** Waits for everything that is being stored. */
  async flush(): Promise<void> {
    await this.#ledger;
    await this.#payloads;
  }

  async #saveNewest(): Promise<void> {
    for (let next = this.#unsaved; next !== undefined; next = this.#unsaved) {
      this.#unsaved = undefined;
      const { payload, fragments } = next;
      const state = { payloadHash: payload.hash, fragments };
      await this.#attempt(() => this.#stores?.payloads.save(state));
    }
  }

  async #attempt<T>(action: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof SilverbackError)) throw error;
      const place = error.where === undefined ? '' : `${error.where}: `;
      this.#onError(error.code, `${place}${error.message}`);
      return undefined;
    }
  }
}
