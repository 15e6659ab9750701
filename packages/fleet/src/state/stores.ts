import type { SilverbackError } from '@silverback/errors';
import type { Facets, Fragment, RootKey } from '@silverback/kong-configuration';
import type { QuarantineEntry } from '../quarantine.ts';

/** A refusal, and by which proxies. */
export interface LedgerEntry extends QuarantineEntry {
  /** The answers of the capability group: the entry is about proxies that answer so. */
  readonly facets: Facets;
}

/** Keeps what Kong refused, over restarts. */
export interface LedgerStore {
  /**
   * Reads all entries; none if there never were any.
   *
   * @throws SilverbackError `StateUnreadable`
   */
  load(): Promise<readonly LedgerEntry[]>;
  /**
   * Replaces all entries. They count as stored once this resolves.
   *
   * @throws SilverbackError `StateUnwritable`
   */
  save(entries: readonly LedgerEntry[]): Promise<void>;
  /**
   * Tells whenever another replica has replaced the entries; called before {@link load}. Absent where no other can. A store
   * that is followed may take long to load: the API server may be away.
   */
  follow?(
    onEntries: (entries: readonly LedgerEntry[]) => void,
    onError: (error: SilverbackError) => void,
  ): void;
  /** Ends following. */
  stop?(): Promise<void>;
}

/** The fragments of the last configuration that a capability group accepted. Holds private keys: never log it. */
export interface AcceptedState {
  /** The answers of the group. */
  readonly facets: Facets;
  /** Hash of the payload that they make. */
  readonly payloadHash: string;
  readonly fragments: ReadonlyMap<RootKey, Fragment>;
  /** The last accepted forms of roots of which nothing is in it for now; absent where there are none. */
  readonly absent?: ReadonlyMap<RootKey, Fragment>;
}

/** Keeps the last accepted configuration of each capability group, over restarts. */
export interface PayloadStore {
  /**
   * Reads the last accepted configurations, the newest first; none if there never was one.
   *
   * @param onUnreadable - told `StateUnreadable` of each one that cannot be used; the others are given all the same
   * @throws SilverbackError `StateUnreadable` if it is not known which there are
   */
  load(onUnreadable: (error: SilverbackError) => void): Promise<readonly AcceptedState[]>;
  /**
   * Makes this the last accepted configuration of its group. One call at a time.
   *
   * @throws SilverbackError `StateUnwritable`
   */
  save(state: AcceptedState): Promise<void>;
}
