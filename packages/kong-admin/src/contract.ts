import type { Payload } from '@silverback/kong-configuration';

/** What `GET /` says of a node. */
export interface NodeInformation {
  readonly version: string;
  readonly nodeId: string;
  readonly hostname: string;
  /** `traditional_compatible`, `traditional` or `expressions`. */
  readonly routerFlavor: string;
  /** `off` for a DB-less node. */
  readonly database: string;
  readonly availablePlugins: readonly string[];
  /** `upstream_keepalive_pool_size`; 0 where every request to an upstream has a connection of its own. */
  readonly upstreamKeepalivePoolSize?: number;
  /** The largest body that its Admin API takes, in bytes. Absent where the node does not say, and where there is no limit. */
  readonly bodyLimit?: number;
  /** Where it listens for streams, as in `tcp:9000`, sorted. Absent where the node does not say. */
  readonly streamListeners?: readonly string[];
}

/** What `GET /status` says of a node. */
export interface NodeStatus {
  /** 32 zeros for a node without configuration. Absent for a node with a database. */
  readonly configurationHash?: string;
  /** Process ids of the workers, sorted: all of them change when the node restarts, unless it runs in a container. */
  readonly workerPids: readonly number[];
  /** How many requests nginx has had since it was started; absent where the node does not say. It never goes down. */
  readonly requests?: number;
}

/** One refused entity of a 400 answer, already redacted. */
export interface EntityRefusal {
  readonly entityType: string;
  /** Kong gives it back when the request had one, which ours always has. */
  readonly entityId?: string;
  readonly entityName?: string;
  /** As in `config.minute: value must be greater than 0`, redacted. */
  readonly messages: readonly string[];
  /** True where Kong says that something must be unique, or refers to nothing: what a configuration of ours never has. */
  readonly isContradiction?: true;
}

/** What became of a configuration that was sent. */
export type ConfigOutcome =
  | { readonly type: 'accepted'; readonly durationMs: number }
  /** 304: the node holds these bytes already. */
  | { readonly type: 'unchanged'; readonly durationMs: number }
  /** 400 in JSON: Kong refuses what the configuration says. */
  | {
      readonly type: 'refused';
      readonly refusals: readonly EntityRefusal[];
      readonly message: string;
      /** As in {@link EntityRefusal}, where no entity is listed. */
      readonly isContradiction?: true;
    }
  /** 413: `body` is nginx's limit on the size of a body, `lmdb` a full database. */
  | { readonly type: 'too-large'; readonly limit: 'body' | 'lmdb'; readonly message: string }
  /** 429, 503, 504: try again, not before `retryAfterMs`. */
  | {
      readonly type: 'busy';
      readonly status: number;
      readonly retryAfterMs?: number;
      readonly message: string;
    };

export interface SendOptions {
  /** Ask Kong to answer 304 if it holds the bytes already. */
  readonly checkHash: boolean;
  /** Ask Kong to list the refused entities. */
  readonly flattenErrors: boolean;
  /** Aborts an upload that has not been fully handed over. */
  readonly signal?: AbortSignal;
  /** Called once, when the last byte has been handed to the connection: from then on Kong may apply it whatever happens. */
  readonly onSent?: () => void;
  /**
   * Asked before each slice, the last one included; false destroys the upload, so that Kong never applies it. Each
   * question is also a sign of progress: the connection has taken what came before.
   */
  readonly maySend?: () => boolean;
}

/**
 * One proxy's Admin API.
 * Every method throws a `SilverbackError` with a code of the area "Admin API" or "transport security" when there is no usable answer.
 */
export interface AdminApi {
  readonly address: string;
  information(signal?: AbortSignal): Promise<NodeInformation>;
  status(signal?: AbortSignal): Promise<NodeStatus>;
  sendConfiguration(payload: Payload, options: SendOptions): Promise<ConfigOutcome>;
  /**
   * Asks whether an entity is by itself as its schema demands, without programming it: `POST /schemas/<type>/validate`.
   *
   * @param type - Kong's name of the collection, as in `routes`
   * @returns what is wrong, redacted; undefined if nothing is, or the node does not know the type
   */
  checkEntity?(type: string, entity: object, signal?: AbortSignal): Promise<string | undefined>;
  /** Makes the connection for uploads ready, and has the proxy answer on it, so that an upload begins without a wait. */
  connect?(signal?: AbortSignal): Promise<void>;
  /**
   * Names the connections that stand now; undefined unless both do. The same name at two times means that no other
   * process can have answered on them meanwhile.
   */
  standing?(): string | undefined;
  /** Tells when the proxy, not this client, ended the connection over which it is asked for its status. */
  onDisconnect?(listener: () => void): void;
  /** Ends all connections at once. */
  close(): Promise<void>;
}
