/** `nginx_admin_client_max_body_size` and its buffer, as Kong ships them (10 MiB), in bytes. */
export const DEFAULT_BODY_LIMIT = 10 * 1024 * 1024;

/** From which part of a limit on a payload counts as near to it. */
const NEAR = 0.8;

/** What is known of the largest configuration that one proxy takes. */
export class SizeLimit {
  #told: number | undefined;
  #refusedAt: number | undefined;
  #acceptedAt = 0;
  #isNear = false;

  /**
   * The size that the proxy last called too large. Where it never did: what its settings say, or else Kong's default;
   * undefined once that was exceeded.
   */
  get bytes(): number | undefined {
    if (this.#refusedAt !== undefined) return this.#refusedAt;
    const limit = this.#told ?? DEFAULT_BODY_LIMIT;
    return this.#acceptedAt <= limit ? limit : undefined;
  }

  /** Notes what the settings of the proxy say. */
  tell(bytes: number | undefined): void {
    this.#told = bytes;
  }

  /** Notes that so many bytes were too many. */
  refused(bytes: number): void {
    this.#refusedAt = bytes;
  }

  /** Notes that so many bytes were taken. */
  accepted(bytes: number): void {
    this.#acceptedAt = Math.max(this.#acceptedAt, bytes);
    if (this.#refusedAt !== undefined && bytes >= this.#refusedAt) this.#refusedAt = undefined;
  }

  /** The limit, while what was looked at last comes near to it; in bytes. */
  get nearLimit(): number | undefined {
    return this.#isNear ? this.bytes : undefined;
  }

  /** The limit, if so many bytes are 80 % of it or more and those looked at before were not. */
  comesNear(bytes: number): number | undefined {
    const limit = this.bytes;
    const wasNear = this.#isNear;
    this.#isNear = limit !== undefined && bytes >= NEAR * limit;
    return wasNear ? undefined : this.nearLimit;
  }

  /** Another process, with settings of its own. */
  forget(): void {
    this.#told = undefined;
    this.#refusedAt = undefined;
    this.#acceptedAt = 0;
    this.#isNear = false;
  }
}
