import type { ResourceKey, ResourceRecord } from './records.ts';

/** Records by key; they are put in order when somebody asks for the order, and not again before a change. */
export class OrderedRecords {
  readonly #records = new Map<ResourceKey, ResourceRecord>();
  #ordered: readonly ResourceRecord[] | undefined;

  get size(): number {
    return this.#records.size;
  }

  keys(): Iterable<ResourceKey> {
    return this.#records.keys();
  }

  get(key: ResourceKey): ResourceRecord | undefined {
    return this.#records.get(key);
  }

  set(key: ResourceKey, record: ResourceRecord): void {
    this.#records.set(key, record);
    this.#ordered = undefined;
  }

  delete(key: ResourceKey): void {
    this.#records.delete(key);
    this.#ordered = undefined;
  }

  /** The records in the order of their keys (by code units, so that every machine agrees). */
  inOrder(): readonly ResourceRecord[] {
    this.#ordered ??= [...this.#records]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, record]) => record);
    return this.#ordered;
  }
}
