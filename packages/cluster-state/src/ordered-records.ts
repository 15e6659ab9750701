import { byKey, hasKey, keyOf, type ResourceKey, type ResourceRecord } from './records.ts';

/** Up to so many records stand in a list. Most index entries hold one or two, and a map for each would be dear. */
const FEW = 8;

/** Records by key; they are put in order when somebody asks for the order, and not again before a change. */
export class OrderedRecords {
  /** Absent while there are few records. */
  #records: Map<ResourceKey, ResourceRecord> | undefined;
  /** Always there while there are few records. What was handed out is never changed. */
  #ordered: readonly ResourceRecord[] | undefined = [];

  get size(): number {
    return this.#records?.size ?? this.inOrder().length;
  }

  keys(): Iterable<ResourceKey> {
    return this.#records?.keys() ?? this.inOrder().map(keyOf);
  }

  get(key: ResourceKey): ResourceRecord | undefined {
    return this.#records === undefined
      ? this.inOrder().find((record) => hasKey(record, key))
      : this.#records.get(key);
  }

  set(key: ResourceKey, record: ResourceRecord): void {
    if (this.#records === undefined) {
      const others = this.inOrder().filter((other) => !hasKey(other, key));
      if (others.length < FEW) {
        this.#ordered = others.length === 0 ? [record] : [...others, record].sort(byKey);
        return;
      }
      this.#records = new Map(others.map((other) => [keyOf(other), other]));
    }
    this.#records.set(key, record);
    this.#ordered = undefined;
  }

  delete(key: ResourceKey): void {
    if (this.#records === undefined) {
      this.#ordered = this.inOrder().filter((record) => !hasKey(record, key));
    } else if (this.#records.delete(key)) {
      this.#ordered = undefined;
    }
  }

  /** The records in the order of their keys (by code units, so that every machine agrees). */
  inOrder(): readonly ResourceRecord[] {
    this.#ordered ??= [...(this.#records ?? [])]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, record]) => record);
    return this.#ordered;
  }
}
