/** How a receiver takes configurations. */
export type Manners =
  /** Applies what it gets, after `applyMs`. */
  | 'good'
  /** Answers questions, but takes nothing of a configuration and never answers. */
  | 'hangs'
  /** Refuses every configuration with a 400 that names an entity. */
  | 'refuses'
  /** Has closed its port and its connections. */
  | 'down';

/** How one receiver behaves from now on. */
export interface Behaviour {
  readonly manners: Manners;
  /** How long applying takes, in ms. */
  readonly applyMs: number;
}

/** The server side of mutual TLS, as PEM. */
export interface ServerTls {
  readonly certificate: string;
  readonly key: string;
  /** The CAs that clients' certificates must come from. */
  readonly clientCa: string;
}

/** What a process of receivers is asked to do; it answers each with a message of the same `type`. */
export type ReceiverRequest =
  | {
      readonly type: 'start';
      readonly count: number;
      readonly tls: ServerTls;
      /** Length of a 201's body as a multiple of the request's. */
      readonly answerFactor: number;
      /** What to look for in configurations, if anything. */
      readonly marker?: Marker;
    }
  | { readonly type: 'behave'; readonly ports: readonly number[]; readonly behaviour: Behaviour }
  /** Ends all connections and comes back empty, with other workers. */
  | { readonly type: 'restart'; readonly ports: readonly number[] }
  /** Shows this certificate to new connections, and trusts these CAs. */
  | { readonly type: 'secure'; readonly tls: ServerTls }
  /** Takes requests with one of these tokens only. */
  | { readonly type: 'tokens'; readonly tokens: readonly string[] }
  /** Answered when all receivers of the process hold one and the same configuration, and not this one. */
  | { readonly type: 'hold'; readonly other: string }
  | { readonly type: 'report' };

/** A text in configurations that a number follows, which tells how much a configuration knows already. */
export interface Marker {
  /** ASCII. */
  readonly prefix: string;
  readonly digits: number;
}

/** A configuration that was accepted, with the number after its marker. */
export interface MarkedConfiguration {
  readonly number: number;
  /** When it was applied, in ms since the epoch. */
  readonly atMs: number;
}

/** What one receiver has seen. */
export interface ReceiverReport {
  readonly port: number;
  /** Configurations that came completely, whatever became of them. */
  readonly pushes: number;
  readonly hash: string;
  /** All that were accepted with a marker, in their order. */
  readonly marked: readonly MarkedConfiguration[];
}

export type ReceiverReply =
  | { readonly type: 'start'; readonly ports: readonly number[] }
  | { readonly type: 'behave' | 'restart' | 'secure' | 'tokens' }
  | { readonly type: 'hold'; readonly hash: string; readonly atMs: number }
  | { readonly type: 'report'; readonly receivers: readonly ReceiverReport[] };
