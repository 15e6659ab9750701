import type { Clock } from '@silverback/clock';
import type { ServiceEndpoints } from './service-endpoints.ts';

/** One proxy of a fleet, as a discovery backend sees it. */
export interface ProxyMember {
  /** Identity of the proxy: `host:port`, with `#podUid` behind it where one is known. */
  readonly key: string;
  /** How people see it: the host and port of its Admin API. */
  readonly name: string;
  readonly protocol: 'https' | 'http';
  /** Address to dial: an IP address or a host name. IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** The name that its certificate must carry; absent where the fleet's settings name one for all. */
  readonly serverName?: string;
  /** The backend that found it. */
  readonly origin: string;
  /** True where it is shutting down: it is let go after what is being sent to it now. */
  readonly leaving?: true;
}

/**
 * How a backend itself is doing. `stale`: its last attempt failed, and what it reports is its last good answer, within
 * the time for which it trusts that. `failing`: it has no good answer, or one that is older.
 */
export type SourceHealth =
  | { readonly state: 'ok' }
  | {
      readonly state: 'stale' | 'failing';
      /** CamelCase; our own backends take codes of the registry. */
      readonly code: string;
      readonly message: string;
    };

/** The whole membership that a backend knows at one moment. */
export interface MembershipSnapshot {
  /** Name of the backend. */
  readonly origin: string;
  /** Sorted by key, each key once. A source that fails goes on reporting the members of its last good answer. */
  readonly members: readonly ProxyMember[];
  readonly health: SourceHealth;
  /**
   * When its last good answer came, in ms of the clock; for backends that ask now and then, which report each good
   * answer. Left out by those that are told of changes.
   */
  readonly answeredAt?: number;
}

/** Finds the proxies of a fleet. */
export interface ProxyDiscovery {
  /**
   * Begins to report. Each report is complete: who is not in it has left.
   * The first report comes before `start` resolves, or else `stop` was called meanwhile.
   */
  start(report: (snapshot: MembershipSnapshot) => void): Promise<void>;
  /**
   * How old its knowledge is, in ms, for a source that is told of changes and may be cut off from them without hearing
   * of it; 0 counts where it is left out.
   */
  ageMs?(): number;
  /** Ends all timers, watches and sockets, and a start that is under way; no report comes after it resolves. */
  stop(): Promise<void>;
}

/** One mistake in the settings of a backend. */
export interface SettingsIssue {
  /** Path below the backend's own settings, as in `proxies[1]`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

export type ParsedSettings<S> =
  | { readonly ok: true; readonly settings: S }
  | { readonly ok: false; readonly issues: readonly SettingsIssue[] };

/** What a backend may know of its fleet. */
export interface BackendContext {
  readonly fleet: string;
  /** True where the fleet's settings allow `http://` and connections without TLS. */
  readonly insecure: boolean;
  /** Where relative paths in the settings start from: the directory of the settings file, absolute. */
  readonly directory: string;
}

/** What a running backend may use. */
export interface BackendServices {
  /** The only source of time and timers, so that tests can move it. */
  readonly clock: Clock;
  /** The Services of the cluster and their endpoints. */
  readonly endpoints: ServiceEndpoints;
}

/** A kind of discovery, registered under the name that settings files use. */
export interface DiscoveryBackend<S = unknown> {
  readonly name: string;
  /** Checks the value that stands under the backend's name. Finds every mistake, throws nothing. */
  parseSettings(value: unknown, context: BackendContext): ParsedSettings<S>;
  /** Makes a discovery; nothing happens before its `start`. */
  create(settings: S, context: BackendContext, services: BackendServices): ProxyDiscovery;
}
