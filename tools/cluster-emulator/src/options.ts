import type { Clock } from '@silverback/clock';
import type { User } from './authentication.ts';

/** How a cluster emulator is to be. */
export interface ClusterEmulatorOptions {
  /** Time for timestamps, bookmarks, ends of watches and slow answers; default the clock of the machine. */
  readonly clock?: Clock;
  /** Speak TLS, and know clients by certificates too; default true. */
  readonly tls?: boolean;
  /** A loopback address; default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** The token of the user `admin`, who may do everything; default a random one. */
  readonly token?: string;
  /** Who else may ask, and for what. */
  readonly users?: readonly User[];
  /** How often a watch that allows bookmarks hears the revision, in ms; default a minute. */
  readonly bookmarkMs?: number;
  /** How long a watch lasts that doesn't say so, in ms; default half an hour. */
  readonly watchMs?: number;
  /** How many events of each kind are remembered at least, for watches and old lists; default 100 000. */
  readonly historyLimit?: number;
  /** Serve the initial list within a watch (`sendInitialEvents`), as API servers from 1.34 do; default true. */
  readonly offersInitialEvents?: boolean;
  /** Answer a watch from a revision that is forgotten with status 410 in place of an event in the watch; default false. */
  readonly refusesExpiredWatches?: boolean;
}
