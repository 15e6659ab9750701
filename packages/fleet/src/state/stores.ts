import type { Fragment, RootKey } from '@silverback/kong-configuration';
import type { QuarantineEntry } from '../quarantine.ts';

/** Keeps what Kong refused, over restarts. */
export interface LedgerStore {
  /**
   * Reads all entries; none if there never were any.
   *
   * @throws SilverbackError `StateUnreadable`
   */
  load(): Promise<readonly QuarantineEntry[]>;
  /**
   * Replaces all entries. They count as stored once this resolves.
   *
   * @throws SilverbackError `StateUnwritable`
   */
  save(entries: readonly QuarantineEntry[]): Promise<void>;
}

/** The fragments of the last configuration that a proxy accepted. Holds private keys: never log it. */
export interface AcceptedState {
  /** Hash of the payload that they make. */
  readonly payloadHash: string;
  readonly fragments: ReadonlyMap<RootKey, Fragment>;
}

/** Keeps the last accepted configuration, over restarts. */
export interface PayloadStore {
  /**
   * Reads the last accepted configuration; undefined if there never was one.
   *
   * @throws SilverbackError `StateUnreadable`
   */
  load(): Promise<AcceptedState | undefined>;
  /**
   * Makes this the last accepted configuration.
   *
   * @throws SilverbackError `StateUnwritable`
   */
  save(state: AcceptedState): Promise<void>;
}
