import { compareCodeUnits } from '../code-unit-order.ts';
import { beginsBucket, Bucket, entryOf, isEqual, type Entry } from './bucket.ts';
import type { Row } from './row.ts';
import { sortInSteps } from './sort-in-steps.ts';

/** Changes of rows by their keys; undefined where a row goes. */
export type RowChanges = ReadonlyMap<string, Row | undefined>;

/**
 * The rows of one collection, sorted by key, in buckets. Which rows share a bucket depends on the rows alone, not on the
 * way they came about.
 */
export class Section {
  #buckets: readonly Bucket[] = [];

  get isEmpty(): boolean {
    return this.#buckets.length === 0;
  }

  /**
   * Puts changes into effect. Only the buckets that they touch are made anew; each of them is one step.
   */
  *apply(changes: RowChanges): Generator<undefined, void, undefined> {
    const old = this.#buckets.length > 0 ? this.#buckets : [new Bucket('', [])];
    const byBucket = changesByBucket(old, changes);
    const next: Bucket[] = [];
    let pending: Entry[] = [];
    for (const [index, bucket] of old.entries()) {
      const touched = byBucket.get(index);
      const merged = touched && (yield* merge(bucket.entries(), touched, changes));
      if (merged === undefined) {
        yield* pack(pending, next);
        pending = [];
        if (bucket.rows.length > 0) next.push(bucket);
        continue;
      }
      const [first] = merged;
      if (first !== undefined && !beginsBucket(first) && pending.length === 0) {
        pending = next.pop()?.entries() ?? [];
      }
      for (const entry of merged) pending.push(entry);
    }
    yield* pack(pending, next);
    this.#buckets = next;
  }

  /**
   * The buckets in order.
   *
   * @param opening - what is to stand before the first row
   */
  buckets(opening: string): readonly Bucket[] {
    const isRight = this.#buckets.every(({ prefix }, index) => prefix === (index === 0 ? opening : ','));
    if (!isRight) {
      this.#buckets = this.#buckets.map((bucket, index) => {
        const prefix = index === 0 ? opening : ',';
        return bucket.prefix === prefix ? bucket : new Bucket(prefix, bucket.entries());
      });
    }
    return this.#buckets;
  }
}

/** The keys of the changes by the bucket that they fall into: the last one that begins at its key or before, else the first. */
function changesByBucket(buckets: readonly Bucket[], changes: RowChanges): Map<number, string[]> {
  const byBucket = new Map<number, string[]>();
  for (const key of changes.keys()) {
    let low = 0;
    let high = buckets.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const first = buckets[middle]?.rows[0]?.key ?? '';
      if (compareCodeUnits(first, key) <= 0) low = middle;
      else high = middle - 1;
    }
    const list = byBucket.get(low);
    if (list === undefined) byBucket.set(low, [key]);
    else list.push(key);
  }
  return byBucket;
}

/**
 * @param keys - of the changes that fall among the entries
 * @returns undefined if the changes change nothing
 */
function* merge(
  entries: readonly Entry[],
  keys: readonly string[],
  changes: RowChanges,
): Generator<undefined, Entry[] | undefined, undefined> {
  const sorted = yield* sortInSteps(keys);
  const old = new Map(entries.map((entry) => [entry.packed.key, entry]));
  const merged: Entry[] = [];
  let isOther = false;
  let next = 0;
  for (const [index, key] of sorted.entries()) {
    const row = changes.get(key);
    for (let entry = entries[next]; entry !== undefined && entry.packed.key < key; entry = entries[next]) {
      merged.push(entry);
      next += 1;
    }
    const before = old.get(key);
    const after = row && entryOf(row);
    const isSame = before && after ? isEqual(before, after) : before === after;
    if (!isSame) isOther = true;
    const kept = isSame ? before : after;
    if (kept !== undefined) merged.push(kept);
    if (before !== undefined) next += 1;
    if (index % ROWS_IN_A_STEP === 0) yield undefined;
  }
  for (; next < entries.length; next += 1) {
    const entry = entries[next];
    if (entry !== undefined) merged.push(entry);
  }
  return isOther ? merged : undefined;
}

/** How many rows are looked at in one step. */
const ROWS_IN_A_STEP = 128;

function* pack(entries: readonly Entry[], into: Bucket[]): Generator<undefined, void, undefined> {
  let begin = 0;
  for (let index = 1; index <= entries.length; index += 1) {
    const entry = entries[index];
    if (entry !== undefined && !beginsBucket(entry)) continue;
    into.push(new Bucket(',', entries.slice(begin, index)));
    begin = index;
    yield undefined;
  }
}
