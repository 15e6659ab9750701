import { createHash, type Hash } from 'node:crypto';

/** The MD5 of segments, which goes on from the first segment that is not the same as the last time. */
export class RollingHash {
  #segments: readonly Uint8Array[] = [];
  /** The state after each segment. */
  #checkpoints: readonly Hash[] = [];

  /**
   * The state after all of these segments; each segment that has to be hashed is one step. The state must not be
   * changed: take a copy.
   */
  *after(segments: readonly Uint8Array[]): Generator<undefined, Hash, undefined> {
    let index = 0;
    while (index < segments.length && segments[index] === this.#segments[index]) index += 1;
    const checkpoints = this.#checkpoints.slice(0, index);
    let state = checkpoints.at(-1) ?? createHash('md5');
    for (const segment of segments.slice(index)) {
      state = state.copy().update(segment);
      checkpoints.push(state);
      yield undefined;
    }
    this.#segments = segments;
    this.#checkpoints = checkpoints;
    return state;
  }
}
