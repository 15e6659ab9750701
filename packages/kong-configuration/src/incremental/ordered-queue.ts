/** Members in order, each once. The first one is always the next to be taken, also while others are added. */
export class OrderedQueue<Member> {
  readonly #compare: (a: Member, b: Member) => number;
  readonly #waiting = new Set<Member>();
  /** A binary heap: the parent of a place comes before it. Those that were deleted are still here. */
  readonly #heap: Member[] = [];

  constructor(compare: (a: Member, b: Member) => number) {
    this.#compare = compare;
  }

  add(member: Member): void {
    if (this.#waiting.has(member)) return;
    this.#waiting.add(member);
    let place = this.#heap.push(member) - 1;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!this.#isBefore(place, parent)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  delete(member: Member): void {
    this.#waiting.delete(member);
  }

  /** Takes the first one out; undefined if there is none. */
  take(): Member | undefined {
    for (;;) {
      const [first] = this.#heap;
      const last = this.#heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (this.#heap.length > 0) {
        this.#heap[0] = last;
        this.#sink();
      }
      if (this.#waiting.delete(first)) return first;
    }
  }

  #sink(): void {
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= this.#heap.length) return;
      const child = left + 1 < this.#heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, place)) return;
      this.#swap(child, place);
      place = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    return first !== undefined && second !== undefined && this.#compare(first, second) < 0;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
