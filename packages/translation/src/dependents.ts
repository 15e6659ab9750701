import type { ReadKey } from '@silverback/cluster-state';

/** From so many readers on a key keeps them in a map: a search through a list would take longer. */
const MANY = 16;

/**
 * The readers of one key. Nearly all keys have one reader, and there are hundreds of thousands of keys: a map for each
 * would take more memory than everything else that is known of them.
 */
interface ReadersOfKey<T> {
  readonly key: ReadKey;
  readers: T[] | Map<string, T>;
}

/** Who read what, in both directions. */
export class Dependents<T extends { readonly key: string }> {
  readonly #reads = new Map<string, ReadersOfKey<T>[]>();
  readonly #readers = new Map<ReadKey, ReadersOfKey<T>>();

  /** The ones whose last reads held a key. */
  of(key: ReadKey): Iterable<T> {
    return this.#readers.get(key)?.readers.values() ?? [];
  }

  /** What a reader read last. */
  readsOf(reader: string): ReadonlySet<ReadKey> {
    return new Set(this.#reads.get(reader)?.map(({ key }) => key));
  }

  /** Adds to what a reader read. */
  add(reader: T, reads: ReadonlySet<ReadKey>): void {
    const known = this.#reads.get(reader.key) ?? [];
    const added = new Set(known);
    for (const key of reads) {
      const entry = this.#readersOf(key);
      if (added.has(entry)) continue;
      added.add(entry);
      include(entry, reader);
    }
    this.#reads.set(reader.key, [...added]);
  }

  /** Forgets a reader with all that it read. */
  forget(reader: string): void {
    for (const entry of this.#reads.get(reader) ?? []) {
      exclude(entry, reader);
      if (sizeOf(entry) === 0) this.#readers.delete(entry.key);
    }
    this.#reads.delete(reader);
  }

  #readersOf(key: ReadKey): ReadersOfKey<T> {
    const known = this.#readers.get(key);
    if (known) return known;
    const entry: ReadersOfKey<T> = { key, readers: [] };
    this.#readers.set(key, entry);
    return entry;
  }
}

function include<T extends { readonly key: string }>(entry: ReadersOfKey<T>, reader: T): void {
  if (Array.isArray(entry.readers) && entry.readers.length < MANY) {
    // A literal takes the room of one element; pushing to an empty list makes room for seventeen.
    entry.readers = entry.readers.length === 0 ? [reader] : [...entry.readers, reader];
    return;
  }
  if (Array.isArray(entry.readers)) entry.readers = new Map(entry.readers.map((some) => [some.key, some]));
  entry.readers.set(reader.key, reader);
}

function exclude<T extends { readonly key: string }>(entry: ReadersOfKey<T>, reader: string): void {
  if (Array.isArray(entry.readers)) entry.readers = entry.readers.filter(({ key }) => key !== reader);
  else entry.readers.delete(reader);
}

function sizeOf({ readers }: ReadersOfKey<unknown>): number {
  return Array.isArray(readers) ? readers.length : readers.size;
}
