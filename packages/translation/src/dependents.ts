import type { ReadKey } from '@silverback/cluster-state';

/** Who read what, in both directions. */
export class Dependents<T extends { readonly key: string }> {
  readonly #reads = new Map<string, ReadonlySet<ReadKey>>();
  readonly #readers = new Map<ReadKey, Map<string, T>>();

  /** The ones whose last reads held a key. */
  of(key: ReadKey): Iterable<T> {
    return this.#readers.get(key)?.values() ?? [];
  }

  /** What a reader read last. */
  readsOf(reader: string): ReadonlySet<ReadKey> {
    return this.#reads.get(reader) ?? new Set();
  }

  /** Adds to what a reader read. */
  add(reader: T, reads: ReadonlySet<ReadKey>): void {
    for (const key of reads) {
      const readers = this.#readers.get(key) ?? new Map<string, T>();
      this.#readers.set(key, readers.set(reader.key, reader));
    }
    const before = this.#reads.get(reader.key);
    this.#reads.set(reader.key, before === undefined ? reads : new Set([...before, ...reads]));
  }

  /** Forgets a reader with all that it read. */
  forget(reader: string): void {
    for (const key of this.#reads.get(reader) ?? []) this.#remove(key, reader);
    this.#reads.delete(reader);
  }

  #remove(key: ReadKey, reader: string): void {
    const readers = this.#readers.get(key);
    readers?.delete(reader);
    if (readers?.size === 0) this.#readers.delete(key);
  }
}
