import type { RootKey } from '../fragment.ts';
import type { Row } from './row.ts';

/** Upper bound of a segment in bytes. */
export const MAX_SEGMENT_BYTES = 64 * 1024;

/** How many bytes of rows stand in a bucket on average. */
const MEAN_BUCKET_BYTES = 64 * 1024;

/** A row whose text has become bytes. There are many, so that each field counts. */
export interface Packed {
  readonly key: string;
  readonly byteLength: number;
  /** How many entities, nested ones too. */
  readonly entities: number;
  /** How many of them are routes. */
  readonly routes: number;
  readonly ids: readonly string[];
  /** For each ID the root that it comes from, or one for all. */
  readonly roots: RootKey | readonly RootKey[];
}

/** A row on its way into a bucket: as a text, or as bytes of the bucket in which it stands now. */
export interface Entry {
  readonly packed: Packed;
  readonly text?: string;
  readonly bytes?: Buffer;
}

/** A run of rows as bytes. Never changes. */
export class Bucket {
  readonly rows: readonly Packed[];
  /** What stands before the first row. */
  readonly prefix: string;
  /** Where the first row begins. */
  readonly #start: number;
  readonly #bytes: Buffer;
  readonly entities: number;
  readonly routes: number;
  /** The bytes in pieces, cut between rows; only a row larger than a segment is cut itself. */
  readonly segments: readonly Uint8Array[];

  constructor(prefix: string, entries: readonly Entry[]) {
    this.prefix = prefix;
    this.rows = entries.map(({ packed }) => packed);
    this.#start = Buffer.byteLength(prefix);
    const rowBytes = this.rows.reduce((sum, { byteLength }) => sum + byteLength + 1, 0);
    this.#bytes = Buffer.allocUnsafeSlow(this.#start + Math.max(0, rowBytes - 1));
    this.segments = this.#fill(entries);
    this.entities = this.rows.reduce((sum, { entities: some }) => sum + some, 0);
    this.routes = this.rows.reduce((sum, { routes }) => sum + routes, 0);
  }

  /** Its rows, to be put into another bucket. */
  entries(): Entry[] {
    let offset = this.#start;
    return this.rows.map((packed) => {
      const bytes = this.#bytes.subarray(offset, offset + packed.byteLength);
      offset += packed.byteLength + 1;
      return { packed, bytes };
    });
  }

  #fill(entries: readonly Entry[]): Uint8Array[] {
    const segments: Uint8Array[] = [];
    let begin = 0;
    let end = this.#bytes.write(this.prefix);
    entries.forEach(({ packed, text, bytes }, index) => {
      if (index > 0 && end - begin + 1 + packed.byteLength > MAX_SEGMENT_BYTES) {
        this.#cut(begin, end, segments);
        begin = end;
      }
      if (index > 0) end = this.#bytes.writeUInt8(COMMA, end);
      if (text !== undefined) this.#bytes.write(text, end);
      else bytes?.copy(this.#bytes, end);
      end += packed.byteLength;
    });
    this.#cut(begin, end, segments);
    return segments;
  }

  #cut(begin: number, end: number, into: Uint8Array[]): void {
    for (let start = begin; start < end; start += MAX_SEGMENT_BYTES) {
      into.push(this.#bytes.subarray(start, Math.min(end, start + MAX_SEGMENT_BYTES)));
    }
  }
}

const COMMA = 0x2c;

/** A row before it is put into a bucket. */
export function entryOf({ key, text, contents: { entities, routes, ids, roots } }: Row): Entry {
  const [first] = roots;
  const isOne = first !== undefined && roots.every((root) => root === first);
  // A copy has no room for more, which a list that grew has.
  const [packedIds, packedRoots] = [ids.slice(), isOne ? first : roots.slice()];
  const byteLength = Buffer.byteLength(text);
  return { packed: { key, byteLength, entities, routes, ids: packedIds, roots: packedRoots }, text };
}

/** Whether a row that comes is the same as the one that is there. */
export function isEqual({ packed: old, bytes }: Entry, { packed, text }: Entry): boolean {
  return (
    old.byteLength === packed.byteLength &&
    String(old.roots) === String(packed.roots) &&
    bytes !== undefined &&
    text !== undefined &&
    bytes.equals(Buffer.from(text))
  );
}

/**
 * Whether a row begins a bucket, wherever it stands. That depends on the row alone, so that rows which come and go change
 * the buckets around them and no others. Large rows begin one more often, so that buckets are of one size on average.
 */
export function beginsBucket({ packed: { key, byteLength } }: Entry): boolean {
  return hashOf(key) < (byteLength / MEAN_BUCKET_BYTES) * 2 ** 32;
}

/** FNV-1a of the code units, with the bits mixed once more at the end. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
