/** What uploads are taken to reach before one was seen, in bytes per ms: 4 MiB/s. */
const ASSUMED = 4_194.304;
/** How many times the usual time an upload may take and keep its slot. */
const PATIENCE = 4;
/** Smaller uploads say nothing of the network, in bytes. */
const TELLING = 262_144;
/** How many of the last uploads are looked at. */
const REMEMBERED = 32;

/**
 * How fast uploads are: the median of the last ones, so that some that trickle don't count, and a network that is slow for
 * all does.
 */
export class UploadRate {
  /** In bytes per ms, the newest last. */
  #rates: readonly number[] = [];

  /** Notes that an upload of so many bytes took so many ms. */
  note(bytes: number, ms: number): void {
    if (bytes < TELLING) return;
    this.#rates = [...this.#rates, bytes / Math.max(1, ms)].slice(-REMEMBERED);
  }

  /** How long an upload of so many bytes may take without being called slow, in ms. */
  patienceMs(bytes: number): number {
    const sorted = [...this.#rates].sort((a, b) => a - b);
    return (PATIENCE * bytes) / (sorted[Math.floor(sorted.length / 2)] ?? ASSUMED);
  }
}
