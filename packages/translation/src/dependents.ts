import type { ReadKey } from '@silverback/cluster-state';

/** Who read what, in both directions. */
export class Dependents<T extends { readonly key: string }> {
  readonly #reads = new Map<string, ReadonlySet<ReadKey>>();
  readonly #readers = new Map<ReadKey, Map<string, T>>();

  /** The ones whose last reads held a key. */
  of(key: ReadKey): Iterable<T> {
    return this.#readers.get(key)?.values() ?? [];
  }

  /** Replaces what a reader read. */
  record(reader: T, reads: ReadonlySet<ReadKey>): void {
    const previous = this.#reads.get(reader.key) ?? new Set<ReadKey>();
    for (const key of previous) if (!reads.has(key)) this.#remove(key, reader.key);
    for (const key of reads) {
      const readers = this.#readers.get(key) ?? new Map<string, T>();
      this.#readers.set(key, readers.set(reader.key, reader));
    }
    this.#reads.set(reader.key, reads);
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
