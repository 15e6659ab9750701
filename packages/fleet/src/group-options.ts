import type { Clock, TimeSlices } from '@silverback/clock';
import type { FanOut } from '@silverback/fan-out';
import type { Composition } from './composition.ts';
import type { FleetEventBody } from './events.ts';
import type { QuarantineEntry } from './quarantine.ts';
import type { HeldRetry } from './retries.ts';

/** What a group is made of; `G` is the group itself. */
export interface GroupOptions<G> {
  readonly clock: Clock;
  readonly slices: TimeSlices;
  readonly random: () => number;
  /** After how long refused resources are offered again. */
  readonly heldRetry: HeldRetry;
  /** Whether this replica may send. */
  readonly mayPush: () => boolean;
  readonly fanOut: Pick<FanOut, 'session' | 'setDesired' | 'setLastGood' | 'checkEntity'>;
  /** False to send a payload that lost most of its routes when the source was read anew at once. */
  readonly shrinkGuard: boolean;
  readonly tell: (group: G, event: FleetEventBody) => void;
  /** Stores the ledger as it would be with more entries of this group. Resolves when that is done. */
  readonly saveLedger: (group: G, more: readonly QuarantineEntry[]) => Promise<void>;
  /** Stores what was accepted, in its own time. */
  readonly saveAccepted: (group: G, composition: Composition) => void;
}
