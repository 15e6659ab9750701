import type { Bucket, Packed } from './bucket.ts';
import type { Payload } from '../payload.ts';

/** The buckets of each collection, in order. */
export type BucketsByCollection = ReadonlyMap<string, readonly Bucket[]>;

/** What payloads are made of, beside them: those who only send one have no use for it. */
const BUCKETS = new WeakMap<Payload, BucketsByCollection>();

/** Remembers what a payload is made of, as long as it is there. */
export function rememberBuckets(payload: Payload, buckets: BucketsByCollection): void {
  BUCKETS.set(payload, buckets);
}

/** A row as it stands in one payload or the other. */
export interface FoundRow {
  readonly packed: Packed;
  readonly bytes: Uint8Array;
}

/** A row that is not the same in two payloads. */
export interface ChangedRow {
  readonly collection: string;
  readonly before: FoundRow | undefined;
  readonly after: FoundRow | undefined;
}

/** The rows that are not the same in two payloads, and undefined after some work that found none. What both share is not looked at. */
export function* changedRows(
  before: Payload,
  after: Payload,
): Generator<ChangedRow | undefined, undefined, undefined> {
  const [old, now] = [BUCKETS.get(before) ?? NOTHING, BUCKETS.get(after) ?? NOTHING];
  for (const collection of new Set([...old.keys(), ...now.keys()])) {
    const [oldBuckets, buckets] = [old.get(collection) ?? [], now.get(collection) ?? []];
    const rowsBefore = yield* rowsOf(oldBuckets, new Set(buckets));
    const rowsAfter = yield* rowsOf(buckets, new Set(oldBuckets));
    for (const [key, row] of rowsAfter) {
      const other = rowsBefore.get(key);
      if (other === undefined || Buffer.compare(other.bytes, row.bytes) !== 0) {
        yield { collection, before: other, after: row };
      }
    }
    for (const [key, row] of rowsBefore) {
      if (!rowsAfter.has(key)) yield { collection, before: row, after: undefined };
    }
  }
}

const NOTHING: BucketsByCollection = new Map();

function* rowsOf(
  buckets: readonly Bucket[],
  shared: ReadonlySet<Bucket>,
): Generator<undefined, ReadonlyMap<string, FoundRow>, undefined> {
  const rows = new Map<string, FoundRow>();
  for (const bucket of buckets) {
    if (shared.has(bucket)) continue;
    for (const { packed, bytes } of bucket.entries()) {
      if (bytes !== undefined) rows.set(packed.key, { packed, bytes });
    }
    yield undefined;
  }
  return rows;
}
