/** Earlier values that are remembered: as many members as one would expect behind a load balancer. */
const REMEMBERED = 16;

/**
 * Watches a value that changes when something is replaced, and counts how often one comes back that had been replaced.
 * A restart brings a new value; an old one that returns says that there are several.
 */
export class Returns {
  readonly #windowMs: number;
  readonly #earlier = new Set<string>();
  #current: string | undefined;
  #returnedAt: number[] = [];

  /** @param windowMs - for how long a return counts */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Notes what the value is at `now`, a monotonic time in ms. */
  seen(value: string, now: number): void {
    if (value === this.#current) return;
    if (this.#earlier.has(value)) this.#returnedAt.push(now);
    if (this.#current !== undefined) this.#remember(this.#current);
    this.#current = value;
  }

  /** Returns within the window before `now`. */
  count(now: number): number {
    this.#returnedAt = this.#returnedAt.filter((at) => now - at <= this.#windowMs);
    return this.#returnedAt.length;
  }

  #remember(value: string): void {
    this.#earlier.delete(value);
    this.#earlier.add(value);
    for (const oldest of this.#earlier) {
      if (this.#earlier.size <= REMEMBERED) break;
      this.#earlier.delete(oldest);
    }
  }
}
