/** How long an idle connection stays open, in ms: nginx's `upstream_keepalive_idle_timeout`. */
const IDLE_MS = 60_000;

/**
 * Remembers which TLS connections to services a real node would still have open, and use again without a handshake.
 * Its pool knows address, name and client certificate, but neither CA certificates nor whether to verify: a service
 * with the wrong CA gets through on the connection of another.
 */
export class KeepalivePool {
  readonly #size: number;
  readonly #now: () => number;
  readonly #lastUsed = new Map<string, number>();

  /**
   * @param size of the pool; 0: connections are never used again
   * @param now milliseconds
   */
  constructor(size: number, now: () => number = () => performance.now()) {
    this.#size = size;
    this.#now = now;
  }

  /** Whether a connection with this key is open. */
  has(key: string): boolean {
    const lastUsed = this.#lastUsed.get(key);
    return this.#size > 0 && lastUsed !== undefined && this.#now() - lastUsed < IDLE_MS;
  }

  /** A request has been answered over a connection with this key. */
  used(key: string): void {
    this.#lastUsed.set(key, this.#now());
  }
}
