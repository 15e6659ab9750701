import type { ClusterSize } from './objects.ts';

/** What the process with the API server is asked to do; it answers each with a message of the same `type`. */
export type ClusterRequest =
  | {
      readonly type: 'load';
      readonly size: ClusterSize;
      /** Whether the Ingresses show their address already. */
      readonly hasStatus: boolean;
      /** The file that gets a kubeconfig. */
      readonly kubeconfig: string;
    }
  /** Forgets what was asked before. */
  | { readonly type: 'reset' }
  | { readonly type: 'traffic' }
  /** Changes objects, evenly over time; one in ten changes is that of the marker. */
  | { readonly type: 'change'; readonly perSecond: number; readonly seconds: number; readonly seed: number }
  /** Changes each Ingress once. */
  | { readonly type: 'change-ingresses'; readonly round: number }
  | { readonly type: 'usage' };

/** What was asked of the API server since the last reset. */
export interface ClusterTraffic {
  /** How many requests there were, by verb, resource and status, as in `list secrets 200`. */
  readonly counts: Readonly<Record<string, number>>;
  /** How many Ingresses show their address. */
  readonly published: number;
}

/** When the path of the marker was changed to which number. */
export interface MarkerChange {
  readonly count: number;
  /** In ms since the epoch. */
  readonly atMs: number;
}

/** What the process itself has used. */
export interface ClusterUsage {
  readonly cpuMs: number;
  readonly rssMb: number;
}

export type ClusterReply =
  | { readonly type: 'load'; readonly objects: number; readonly bytes: number }
  | { readonly type: 'reset' | 'change-ingresses' }
  | ({ readonly type: 'traffic' } & ClusterTraffic)
  | { readonly type: 'change'; readonly events: number; readonly markers: readonly MarkerChange[] }
  | ({ readonly type: 'usage' } & ClusterUsage);

/** The answer to a request of a type. */
export type ReplyTo<T extends ClusterRequest['type']> = Extract<ClusterReply, { readonly type: T }>;
