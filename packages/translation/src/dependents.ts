import type { ReadKey } from '@silverback/cluster-state';

/** From so many readers on a key keeps them in a map: a search through a list would take longer. */
const MANY = 16;

/**
 * The readers of one key. Nearly all keys have one reader or two, and there are hundreds of thousands of keys: a list or
 * even a map for each would take more memory than everything else that is known of them.
 */
interface ReadersOfKey<T> {
  readonly key: ReadKey;
  readers: T | readonly T[] | Map<string, T>;
}

/** Who read what, in both directions. */
export class Dependents<T extends { readonly key: string }> {
  readonly #reads = new Map<string, readonly ReadersOfKey<T>[]>();
  readonly #readers = new Map<ReadKey, ReadersOfKey<T>>();

  /** The ones whose last reads held a key. */
  of(key: ReadKey): Iterable<T> {
    const readers = this.#readers.get(key)?.readers ?? [];
    return isOne(readers) ? [readers] : readers.values();
  }

  /** What a reader read last. */
  readsOf(reader: string): ReadonlySet<ReadKey> {
    return new Set(this.#reads.get(reader)?.map(({ key }) => key));
  }

  /** Adds to what a reader read. */
  add(reader: T, reads: ReadonlySet<ReadKey>): void {
    const known = this.#reads.get(reader.key) ?? [];
    const added: ReadersOfKey<T>[] = [];
    for (const key of reads) {
      const entry = this.#readers.get(key);
      if (entry !== undefined && known.includes(entry)) continue;
      added.push(this.#include(key, entry, reader));
    }
    if (added.length > 0) this.#reads.set(reader.key, known.concat(added));
  }

  /** Forgets a reader with all that it read. */
  forget(reader: string): void {
    for (const entry of this.#reads.get(reader) ?? []) {
      const left = without(entry.readers, reader);
      if (left === undefined) this.#readers.delete(entry.key);
      else entry.readers = left;
    }
    this.#reads.delete(reader);
  }

  #include(key: ReadKey, known: ReadersOfKey<T> | undefined, reader: T): ReadersOfKey<T> {
    if (known !== undefined) {
      known.readers = withReader(known.readers, reader);
      return known;
    }
    const entry = { key, readers: reader };
    this.#readers.set(key, entry);
    return entry;
  }
}

type Readers<T> = ReadersOfKey<T>['readers'];

function isOne<T extends { readonly key: string }>(readers: Readers<T>): readers is T {
  return !Array.isArray(readers) && !(readers instanceof Map);
}

function withReader<T extends { readonly key: string }>(readers: Readers<T>, reader: T): Readers<T> {
  if (readers instanceof Map) return readers.set(reader.key, reader);
  if (isOne(readers)) return [readers, reader];
  // A concatenation of lists takes the room of its elements, which a list that grew does not.
  const list = readers.concat([reader]);
  return list.length <= MANY ? list : new Map(list.map((some) => [some.key, some]));
}

/** @returns undefined if nobody is left */
function without<T extends { readonly key: string }>(
  readers: Readers<T>,
  reader: string,
): Readers<T> | undefined {
  if (readers instanceof Map) {
    readers.delete(reader);
    return readers.size === 0 ? undefined : readers;
  }
  if (isOne(readers)) return readers.key === reader ? undefined : readers;
  const left = readers.filter(({ key }) => key !== reader);
  return left.length <= 1 ? left[0] : left;
}
