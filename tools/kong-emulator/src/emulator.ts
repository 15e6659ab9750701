import type { Fault } from './faults.ts';

/** How an emulated Kong is set up. All listeners are on the loopback interface. */
export interface EmulatorOptions {
  /** Shown in the control port's answers. Default `kong`. */
  readonly name?: string;
  /** The address of all listeners: a loopback address. Default `127.0.0.1`. */
  readonly host?: string;
  /** Fixed ports; 0 or left out: a free one. */
  readonly ports?: {
    readonly admin?: number;
    readonly proxy?: number;
    readonly proxyTls?: number;
    readonly status?: number;
    readonly control?: number;
  };
  /** PEM texts. Given: the Admin API speaks TLS and demands a client certificate of `clientCa`. Left out: plain HTTP. */
  readonly adminTls?: { readonly certificate: string; readonly key: string; readonly clientCa: string };
  /** Default `3.9.3`. */
  readonly version?: string;
  /** Default `traditional_compatible`. */
  readonly routerFlavor?: RouterFlavor;
  /** Consumer groups, licenses and the like exist in `enterprise` alone. Default `community`. */
  readonly edition?: Edition;
  /** Kong's `upstream_keepalive_pool_size`; with 0 every request to a service opens a connection. Default 512. */
  readonly upstreamKeepalivePoolSize?: number;
  /** Whether the configuration survives a restart, as with a kept prefix. Default true. */
  readonly keepConfigurationOnRestart?: boolean;
  /** Whether a configuration takes time by the number of its entities, as on a real node. Default off. */
  readonly applyDelay?: boolean | { readonly factor: number };
  /** Number of worker process ids that the node shows. Default 2. */
  readonly workers?: number;
  readonly limits?: {
    /** nginx's limit on a request's body. Default 10 MiB. */
    readonly bodyBytes?: number;
    /** Size of the database, held against the bytes of the flattened configuration. Default 128 MiB. */
    readonly databaseBytes?: number;
  };
}

export type Edition = 'community' | 'enterprise';

export type RouterFlavor = 'traditional_compatible' | 'traditional' | 'expressions';

/** One POST /config. */
export interface PushRecord {
  /** Milliseconds since the epoch, when the request was answered or ended. */
  readonly at: number;
  /** The answer's status; `aborted` if the body never arrived in full or the node was stopped before it answered. */
  readonly status: number | 'aborted';
  /** MD5 of the received bytes, in hex. */
  readonly hash: string;
  readonly bytes: number;
  readonly contentType: string;
  /** The query string without the question mark. */
  readonly query: string;
}

/** An emulated Kong Gateway without a database. */
export interface KongEmulator {
  readonly name: string;
  readonly adminUrl: string;
  readonly proxyUrl: string;
  readonly proxyTlsUrl: string;
  readonly statusUrl: string;
  readonly controlUrl: string;
  /** What `GET /status` says: 32 zeros without configuration. */
  readonly configurationHash: string;
  /** Every POST /config since the creation, oldest first. */
  readonly pushes: readonly PushRecord[];
  /** How often `GET /status` and `GET /` were asked on the Admin API. */
  readonly requests: { readonly status: number; readonly root: number };
  /** Adds a fault; one of each type holds at a time. */
  fault(fault: Fault): void;
  /** Ends all faults. A closed Admin API port opens again within moments. */
  clearFaults(): void;
  /** Ends listeners and connections, except the control port's; the port numbers stay for `start`. */
  stop(): Promise<void>;
  /** Starts again: new worker pids; with `wipe` also a new node id and no configuration. */
  start(options?: { readonly wipe?: boolean }): Promise<void>;
  /** Loses the configuration while running. */
  empty(): void;
  /** Ends everything, the control port too. */
  close(): Promise<void>;
}
