import { isDeepStrictEqual } from 'node:util';
import type { AcceptedState, FleetStores, LedgerEntry } from '../index.ts';

/** Stores that keep everything in memory and need no time, so that a virtual clock decides when everything happens. */
export class MemoryStores implements FleetStores {
  entries: readonly LedgerEntry[] = [];
  accepted: readonly AcceptedState[] = [];

  readonly ledger = {
    load: () => Promise.resolve(this.entries),
    save: (entries: readonly LedgerEntry[]) => {
      // What is stored has gone through JSON.
      this.entries = JSON.parse(JSON.stringify(entries)) as readonly LedgerEntry[];
      return Promise.resolve();
    },
  };

  readonly payloads = {
    load: () => Promise.resolve(this.accepted),
    save: (state: AcceptedState) => {
      const others = this.accepted.filter(({ facets }) => !isDeepStrictEqual(facets, state.facets));
      this.accepted = [{ ...state, fragments: new Map(state.fragments) }, ...others];
      return Promise.resolve();
    },
  };
}
