import { FragmentMap, type RootKey } from '@silverback/kong-configuration';

/**
 * What was served before a start and is kept while a part of the source has never been read since: the fragments of roots
 * that have not been seen, and of those that say something else than before, because what they need may be in that part (an
 * Ingress whose Service is in a file that can not be parsed). What says the same as before, and what has been seen and goes, is
 * not kept any more.
 */
export class KeptFragments {
  #fragments = FragmentMap.EMPTY;
  readonly #seen = new Set<RootKey>();

  /** @param origin - what to begin with */
  constructor(origin?: KeptFragments) {
    if (origin === undefined) return;
    this.#fragments = origin.#fragments;
    this.#seen = new Set(origin.#seen);
  }

  /** What is kept now. */
  get fragments(): FragmentMap {
    return this.#fragments;
  }

  /** Keeps what was accepted before the start. */
  begin(accepted: FragmentMap): void {
    this.#fragments = accepted;
  }

  /**
   * Takes note of what the resources say.
   *
   * @param isComplete - false while a part of the source has never been read since the start
   */
  see(current: FragmentMap, isComplete: boolean): void {
    if (this.#fragments.size === 0) return;
    this.#fragments = isComplete ? FragmentMap.EMPTY : this.#fragments.with(this.#known(current));
  }

  #known(current: FragmentMap): [RootKey, undefined][] {
    const known: [RootKey, undefined][] = [];
    for (const { root, hash } of this.#fragments.values()) {
      const now = current.get(root)?.hash;
      if (now === hash || (now === undefined && this.#seen.has(root))) known.push([root, undefined]);
      else if (now !== undefined) this.#seen.add(root);
    }
    return known;
  }
}
