import type { Clock } from '@silverback/clock';
import type { ProxyMember } from '@silverback/discovery';
import type { AdminApi } from '@silverback/kong-admin';
import type { FanOutEvent } from './events.ts';
import type { Heritage } from './former-sessions.ts';
import type { PinnedFacts } from './pins.ts';
import type { TakeOver } from './take-over.ts';
import type { FanOutTiming } from './timing.ts';
import type { Turns } from './turns.ts';
import type { UploadSlots } from './upload-slots.ts';

/** What a session is made of. */
export interface ProxySessionOptions {
  readonly proxy: ProxyMember;
  readonly connect: (proxy: ProxyMember) => AdminApi;
  readonly clock: Clock;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
  readonly timing: FanOutTiming;
  readonly slots: UploadSlots;
  /** Who begins what when: shared by all sessions. */
  readonly turns: Turns;
  /** Whether this replica may send. */
  readonly mayPush: () => boolean;
  /** Notices when this replica may send after another one has led. */
  readonly takeOver: Pick<TakeOver, 'count' | 'interval'>;
  /** Whether it may give an empty proxy the last known good configuration, although it may not send. */
  readonly mayRestore: () => boolean;
  /** Facts that are known better than by the proxy. */
  readonly pins: PinnedFacts;
  readonly onEvent: (event: FanOutEvent) => void;
  /** What an earlier session for the same proxy has left. */
  readonly heritage?: Heritage | undefined;
}

/** How a payload is desired. */
export interface DesiredOptions {
  /** False to have the proxy apply the bytes once even if it holds them already; true unless given. */
  readonly checkHash?: boolean;
  /**
   * True to send it without waiting for the pace, because it takes away endpoints or rights; so is then what is
   * desired after it, until something is sent. False unless given.
   */
  readonly isUrgent?: boolean;
}
