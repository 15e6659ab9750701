/** How many are remembered. */
const LIMIT = 1_000;

/** Hashes of payloads that a proxy has accepted, so that going back to one needs no trial. The oldest are forgotten. */
export class AcceptedHashes {
  readonly #hashes: Set<string>;

  /** @param others - what to begin with */
  constructor(others?: AcceptedHashes) {
    this.#hashes = new Set(others ? others.#hashes : []);
  }

  add(hash: string): void {
    this.#hashes.delete(hash);
    this.#hashes.add(hash);
    for (const oldest of this.#hashes) {
      if (this.#hashes.size <= LIMIT) break;
      this.#hashes.delete(oldest);
    }
  }

  /** Forgets one, because it is refused by now. */
  delete(hash: string): void {
    this.#hashes.delete(hash);
  }

  has(hash: string): boolean {
    return this.#hashes.has(hash);
  }
}
