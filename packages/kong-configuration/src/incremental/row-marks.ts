/** Rows that have to be made anew, by collection and key. */
export class RowMarks {
  readonly #marks = new Map<string, Set<string>>();

  mark(collection: string, key: string): void {
    const keys = this.#marks.get(collection);
    if (keys === undefined) this.#marks.set(collection, new Set([key]));
    else keys.add(key);
  }

  of(collection: string): ReadonlySet<string> {
    return this.#marks.get(collection) ?? NONE;
  }

  clear(): void {
    this.#marks.clear();
  }
}

const NONE: ReadonlySet<string> = new Set();
