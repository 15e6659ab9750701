import { createHash } from 'node:crypto';

/** Upper bound of a segment in bytes. */
export const MAX_SEGMENT_BYTES = 64 * 1024;

/**
 * Packs texts into segments of at most {@link MAX_SEGMENT_BYTES} and hashes them on the way. A segment ends where a
 * text does, so that a change reaches few segments; only a text larger than a segment is cut.
 */
export class SegmentWriter {
  readonly segments: Uint8Array[] = [];
  byteLength = 0;
  readonly #hash = createHash('md5');
  #pending: string[] = [];
  #pendingBytes = 0;

  /** Adds a text. It has to be well-formed. */
  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#pendingBytes + bytes > MAX_SEGMENT_BYTES) this.flush();
    this.#pending.push(text);
    this.#pendingBytes += bytes;
  }

  /** Ends the segment that is being filled. */
  flush(): void {
    if (this.#pendingBytes === 0) return;
    const bytes = Buffer.from(this.#pending.join(''));
    this.#hash.update(bytes);
    this.byteLength += bytes.length;
    for (let start = 0; start < bytes.length; start += MAX_SEGMENT_BYTES) {
      this.segments.push(bytes.subarray(start, start + MAX_SEGMENT_BYTES));
    }
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** MD5 of all that was written so far. Ends the segment that is being filled; more can be written afterwards. */
  digest(): Buffer {
    this.flush();
    return this.#hash.copy().digest();
  }
}
