import type { Composition } from './composition.ts';

/** How many are remembered. */
const LIMIT = 16;

/** Compositions that were replaced before anybody answered: an answer may still come. */
export class ReplacedCompositions {
  readonly #byHash = new Map<string, Composition>();

  remember(composition: Composition): void {
    this.#byHash.set(composition.payload.hash, composition);
    for (const hash of this.#byHash.keys()) {
      if (this.#byHash.size <= LIMIT) break;
      this.#byHash.delete(hash);
    }
  }

  get(payloadHash: string): Composition | undefined {
    return this.#byHash.get(payloadHash);
  }
}
