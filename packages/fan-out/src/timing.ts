/** The times by which proxy sessions work, in ms unless a name says otherwise. */
export interface FanOutTiming {
  /** How often `/status` of a proxy is read; each wait is spread by ±10 %. */
  readonly statusInterval: number;
  /** How often it is read for a while after another replica has led. */
  readonly takeOverInterval: number;
  /** How long a proxy may take to apply what another replica has sent; longer if proxies were seen to take longer. */
  readonly assumedApply: number;
  /** How often the hash is looked at while the outcome of a fully sent configuration is open. */
  readonly outcomeInterval: number;
  /** How long the outcome of a fully sent configuration may stay open. */
  readonly applyTimeout: number;
  /** How old the facts of `GET /` may become. */
  readonly informationInterval: number;
  /** First and longest wait after a failure to reach a proxy; full jitter. */
  readonly retryMin: number;
  readonly retryMax: number;
  /** First and longest wait before a refused configuration is offered again to the proxy that refused it. */
  readonly refusedRetryMin: number;
  readonly refusedRetryMax: number;
  /** First and longest wait before a configuration that somebody else replaced is put back again. */
  readonly driftRetryMin: number;
  readonly driftRetryMax: number;
  /** The next push starts no earlier than this many times the last apply time after the last acceptance. */
  readonly paceFactor: number;
  /** Uploads that may make progress at once. */
  readonly uploads: number;
  /** An upload of which nothing was taken for so long makes no progress: it goes on without its slot. */
  readonly uploadStall: number;
}

export const DEFAULT_TIMING: FanOutTiming = {
  statusInterval: 2_000,
  takeOverInterval: 1_000,
  assumedApply: 30_000,
  outcomeInterval: 2_000,
  applyTimeout: 600_000,
  informationInterval: 300_000,
  retryMin: 500,
  retryMax: 30_000,
  refusedRetryMin: 30_000,
  refusedRetryMax: 600_000,
  driftRetryMin: 10_000,
  driftRetryMax: 600_000,
  paceFactor: 1,
  uploads: 32,
  uploadStall: 1_000,
};
