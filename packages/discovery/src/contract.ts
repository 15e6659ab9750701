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
}

/** How a backend itself is doing. */
export type SourceHealth =
  { readonly state: 'ok' } | { readonly state: 'failing'; readonly code: string; readonly message: string };

/** The whole membership that a backend knows at one moment. */
export interface MembershipSnapshot {
  /** Name of the backend. */
  readonly origin: string;
  /** Sorted by key, each key once. */
  readonly members: readonly ProxyMember[];
  readonly health: SourceHealth;
}

/** Finds the proxies of a fleet. */
export interface ProxyDiscovery {
  /**
   * Begins to report. Each report is complete: who is not in it has left.
   * The first report comes before `start` resolves.
   */
  start(report: (snapshot: MembershipSnapshot) => void): Promise<void>;
  /** Ends all timers, watches and sockets; no report comes after it resolves. */
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
}

/** A kind of discovery, registered under the name that settings files use. */
export interface DiscoveryBackend<S = unknown> {
  readonly name: string;
  /** Checks the value that stands under the backend's name. Finds every mistake, throws nothing. */
  parseSettings(value: unknown, context: BackendContext): ParsedSettings<S>;
  create(settings: S, context: BackendContext): ProxyDiscovery;
}
