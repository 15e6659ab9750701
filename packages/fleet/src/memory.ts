import { SilverbackError, type Code } from '@silverback/errors';
import type { Facets } from '@silverback/kong-configuration';
import type { Composition } from './composition.ts';
import { groupName } from './group-name.ts';
import { readFragment, storedFragment } from './state/stored-fragment.ts';
import type { AcceptedState, LedgerEntry, LedgerStore, PayloadStore } from './state/stores.ts';

/** Where a fleet keeps what must outlive a restart. */
export interface FleetStores {
  readonly ledger: LedgerStore;
  readonly payloads: PayloadStore;
}

/**
 * Brings the ledger and the last accepted configuration into their stores. The ledger is stored before it takes
 * effect; accepted configurations are stored one at a time, the newest of a group next, so that a slow disk skips some.
 */
export class FleetMemory {
  readonly #stores: FleetStores | undefined;
  readonly #onError: (code: Code, reason: string) => void;
  #ledger: Promise<void> = Promise.resolve();
  #payloads: Promise<void> = Promise.resolve();
  /** By the name of the group. */
  readonly #unsaved = new Map<string, { readonly facets: Facets; readonly composition: Composition }>();

  /** @param stores - absent to keep everything in memory only */
  constructor(stores: FleetStores | undefined, onError: (code: Code, reason: string) => void) {
    this.#stores = stores;
    this.#onError = onError;
  }

  /** The accepted configurations that were kept. A store that cannot be read is told of and counts as empty. */
  async loadAccepted(): Promise<readonly AcceptedState[]> {
    const onUnreadable = this.#tell.bind(this);
    return (await this.#attempt(() => this.#stores?.payloads.load(onUnreadable))) ?? [];
  }

  /** The ledger that was kept. One that cannot be read is told of and counts as empty: Kong is asked again. */
  async loadLedger(): Promise<readonly LedgerEntry[]> {
    return this.#withForms((await this.#attempt(() => this.#stores?.ledger.load())) ?? []);
  }

  /** Whether other replicas write the ledger too. */
  get isShared(): boolean {
    return this.#stores?.ledger.follow !== undefined;
  }

  /** Tells what other replicas write into the ledger. */
  followLedger(onEntries: (entries: readonly LedgerEntry[]) => void): void {
    this.#stores?.ledger.follow?.(
      (entries) => {
        onEntries(this.#withForms(entries));
      },
      (error) => {
        this.#tell(error);
      },
    );
  }

  /** Stores the ledger. Resolves also when that fails, which is told of. */
  saveLedger(entries: readonly LedgerEntry[]): Promise<void> {
    const stored = entries.map((entry) =>
      entry.forms ? { ...entry, forms: entry.forms.map(storedFragment) } : entry,
    );
    this.#ledger = this.#ledger.then(() => this.#attempt(() => this.#stores?.ledger.save(stored)));
    return this.#ledger;
  }

  /** Stores an accepted configuration in its own time. */
  saveAccepted(facets: Facets, composition: Composition): void {
    this.#unsaved.set(groupName(facets), { facets, composition });
    this.#payloads = this.#payloads.then(() => this.#saveNext());
  }

  /** Waits for everything that is being stored, and ends following. */
  async stop(): Promise<void> {
    await this.#ledger;
    await this.#payloads;
    await this.#stores?.ledger.stop?.();
  }

  async #saveNext(): Promise<void> {
    const [next] = this.#unsaved;
    if (next === undefined) return;
    const [name, { facets, composition }] = next;
    this.#unsaved.delete(name);
    const { payload, fragments, shown, lastForms } = composition;
    const absent = new Map(
      [...lastForms.changesSince(shown)].flatMap(([root, fragment]) => (fragment ? [[root, fragment]] : [])),
    );
    const state = {
      facets,
      payloadHash: payload.hash,
      fragments,
      ...(absent.size > 0 && { absent }),
    };
    await this.#attempt(() => this.#stores?.payloads.save(state));
  }

  /** What was stored was written by somebody: a form that is damaged is told of, and its root is then left out. */
  #withForms(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
    return entries.map((entry) => {
      if (entry.forms === undefined) return entry;
      try {
        return { ...entry, forms: entry.forms.map(readFragment) };
      } catch {
        this.#onError(
          'StateUnreadable',
          `the ledger: the form in which ${entry.root} is held cannot be used`,
        );
        return { ...entry, forms: [] };
      }
    });
  }

  async #attempt<T>(action: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof SilverbackError)) throw error;
      this.#tell(error);
      return undefined;
    }
  }

  #tell({ code, where, message }: SilverbackError): void {
    this.#onError(code, where === undefined ? message : `${where}: ${message}`);
  }
}
