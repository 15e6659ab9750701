import type { Problem } from '@silverback/errors';

/** The states of a proxy session: see docs/reference of package fan-out. */
export type ProxyState =
  'connecting' | 'in-sync' | 'pushing' | 'waiting' | 'rejected' | 'contended' | 'unreachable' | 'leaving';

/** One proxy, as `/fleets` and the demo's table show it. */
export interface ProxyReport {
  /** Host and port of its Admin API. */
  readonly name: string;
  readonly key: string;
  /** The discovery backend that found it. */
  readonly origin: string;
  readonly state: ProxyState;
  /** Why it is in this state, where that needs saying: code and message, redacted. */
  readonly reason?: { readonly code: string; readonly message: string };
  /** The hash that it should hold; absent before there is one. */
  readonly desiredHash?: string;
  /** The hash that it last said it holds. */
  readonly reportedHash?: string;
  /** How long it has not held what it should, in ms; 0 when in sync. */
  readonly lagMs: number;
  /** How long its last accepted configuration took to apply, in ms. */
  readonly lastApplyMs?: number;
  /** Configurations sent to it since the start. */
  readonly pushes: number;
  readonly version?: string;
}

/** A resource whose newest form Kong refused. */
export interface HeldResource {
  /** `Kind/namespace/name`. */
  readonly root: string;
  /** Kong's words, redacted. */
  readonly reason: string;
  /** `previous`: its last accepted form is served. `left-out`: it is not served. */
  readonly instead: 'previous' | 'left-out';
}

/** A fleet at one moment. Holds no secrets. */
export interface FleetReport {
  readonly name: string;
  /** Absent before the first full translation. */
  readonly desired?: {
    readonly hash: string;
    readonly bytes: number;
    readonly routes: number;
    readonly entities: number;
  };
  readonly proxies: readonly ProxyReport[];
  readonly held: readonly HeldResource[];
  readonly problems: readonly Problem[];
}
