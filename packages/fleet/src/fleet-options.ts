import type { Clock, TimeSlices } from '@silverback/clock';
import type { FanOutEvent, FanOutOptions, PinnedFacts } from '@silverback/fan-out';
import type { FleetEventRecord } from './events.ts';
import type { FleetStores } from './memory.ts';
import type { HeldRetry } from './retries.ts';

/** A member of the fleet, in the words of package discovery. */
export type Member = FanOutEvent['proxy'];

/** What a fleet is made of. */
export interface FleetOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Shared by all who have long work to do; its own unless given. */
  readonly slices?: TimeSlices;
  /** Makes a client of a proxy's Admin API. */
  readonly connect: FanOutOptions['connect'];
  /** Gives numbers in [0, 1); `Math.random` unless told otherwise. */
  readonly random?: () => number;
  readonly timing?: FanOutOptions['timing'];
  /** Facts of all proxies that the settings give, whatever the proxies say. */
  readonly pins?: PinnedFacts;
  /** Asked before anything is sent: false on a replica that must not. Always true unless given. */
  readonly mayPush?: () => boolean;
  /**
   * Asked where `mayPush` says no: true to give a proxy that holds nothing the last known good configuration of its group
   * all the same, because nobody can be told who leads. Never unless given.
   */
  readonly mayRestore?: () => boolean;
  /** Where the ledger and the last accepted configuration are kept; absent to keep them in memory only. */
  readonly stores?: FleetStores;
  /** False to send a payload that lost most of its routes when the source was read anew at once. */
  readonly shrinkGuard?: boolean;
  /** After how long refused resources that have not changed are offered again, to one proxy; 5 minutes to 1 hour unless given. */
  readonly heldRetry?: HeldRetry;
  /**
   * Told which Secrets, `namespace/name`, the held forms of the ledger need, whenever it was read: a source may have passed
   * them over before that.
   */
  readonly onSecretsNeeded?: (secrets: readonly string[]) => void;
  /** Told everything that happens, in order. */
  readonly onEvent?: (event: FleetEventRecord) => void;
}
