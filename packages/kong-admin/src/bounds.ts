/** Bounds on what a proxy may answer, in bytes. */
export interface AdminLimits {
  /** Of `GET /`, `GET /status` and every answer that is not about a configuration. */
  readonly answerBytes: number;
  /** Of a 400 that lists refused entities. A longer one names nobody. */
  readonly refusalBytes: number;
  /**
   * Of a 201, which holds the whole configuration once more and is thrown away, on top of eight times the request.
   * A larger one costs the proxy its connection, not its outcome.
   */
  readonly discardedBytes: number;
  /** How much of a 201 must arrive within each `discardMs`; one that comes more slowly is not waited for. */
  readonly discardFloorBytes: number;
}

/** Bounds on how long things may take, in ms. */
export interface AdminTimeouts {
  /** Connection and TLS handshake. */
  readonly connectMs: number;
  /** A whole GET, from the call to the last byte of the answer. */
  readonly requestMs: number;
  /** An upload of which nothing more is taken. */
  readonly stallMs: number;
  /** An upload as a whole, up to its last byte. */
  readonly uploadMs: number;
  /** From the last byte on, the wait for the answer. */
  readonly applyMs: number;
  /** An answer to a configuration other than a 201, from its first line to its last byte. */
  readonly outcomeMs: number;
  /** Throwing away a 201: how often it must have made progress. */
  readonly discardMs: number;
}

const mebibyte = 1024 * 1024;

export const defaultLimits: AdminLimits = {
  answerBytes: mebibyte,
  refusalBytes: 16 * mebibyte,
  discardedBytes: 16 * mebibyte,
  discardFloorBytes: mebibyte,
};

export const defaultTimeouts: AdminTimeouts = {
  connectMs: 5_000,
  requestMs: 10_000,
  stallMs: 10_000,
  uploadMs: 600_000,
  applyMs: 600_000,
  outcomeMs: 30_000,
  discardMs: 5_000,
};
