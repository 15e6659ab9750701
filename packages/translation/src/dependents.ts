import type { ReadKey } from '@silverback/cluster-state';
import type { RootKey } from '@silverback/kong-configuration';

/** From so many readers on a key keeps them in a set: a search through a list would take longer. */
const MANY = 16;

/** One reader, a few, or many. */
type Readers = RootKey | readonly RootKey[] | Set<RootKey>;

/**
 * The readers of one key. Nearly all keys have one reader or two, and there are hundreds of thousands of keys: a list or
 * even a set for each would take more memory than everything else that is known of them.
 */
interface ReadersOfKey {
  readonly key: ReadKey;
  readers: Readers;
}

/** Which roots read what, in both directions. */
export class Dependents {
  readonly #reads = new Map<RootKey, readonly ReadersOfKey[]>();
  readonly #readers = new Map<ReadKey, ReadersOfKey>();

  /** The ones whose last reads held a key. */
  of(key: ReadKey): Iterable<RootKey> {
    const readers = this.#readers.get(key)?.readers ?? [];
    return typeof readers === 'string' ? [readers] : readers;
  }

  /** What a reader read last. */
  readsOf(reader: RootKey): ReadonlySet<ReadKey> {
    return new Set(this.#reads.get(reader)?.map(({ key }) => key));
  }

  /** Adds to what a reader read. */
  add(reader: RootKey, reads: ReadonlySet<ReadKey>): void {
    const known = this.#reads.get(reader) ?? [];
    const added: ReadersOfKey[] = [];
    for (const key of reads) {
      const entry = this.#readers.get(key);
      if (entry === undefined || !known.includes(entry)) added.push(this.#include(key, entry, reader));
    }
    if (added.length > 0) this.#reads.set(reader, known.concat(added));
  }

  /** Forgets a reader with all that it read. */
  forget(reader: RootKey): void {
    for (const entry of this.#reads.get(reader) ?? []) {
      const left = without(entry.readers, reader);
      if (left === undefined) this.#readers.delete(entry.key);
      else entry.readers = left;
    }
    this.#reads.delete(reader);
  }

  #include(key: ReadKey, known: ReadersOfKey | undefined, reader: RootKey): ReadersOfKey {
    if (known !== undefined) {
      known.readers = withReader(known.readers, reader);
      return known;
    }
    const entry = { key, readers: reader };
    this.#readers.set(key, entry);
    return entry;
  }
}

function withReader(readers: Readers, reader: RootKey): Readers {
  if (readers instanceof Set) return readers.add(reader);
  if (typeof readers === 'string') return [readers, reader];
  // A concatenation of lists takes the room of its elements, which a list that grew does not.
  const list = readers.concat([reader]);
  return list.length <= MANY ? list : new Set(list);
}

/** @returns undefined if nobody is left */
function without(readers: Readers, reader: RootKey): Readers | undefined {
  if (readers instanceof Set) {
    readers.delete(reader);
    return readers.size === 0 ? undefined : readers;
  }
  if (typeof readers === 'string') return readers === reader ? undefined : readers;
  const left = readers.filter((other) => other !== reader);
  return left.length <= 1 ? left[0] : left;
}
