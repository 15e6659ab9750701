import type { ResourceChange } from '@silverback/cluster-state';

interface Batch {
  readonly changes: readonly ResourceChange[];
  readonly isReread: boolean;
  readonly more: Promise<readonly (readonly ResourceChange[])[]>;
}

/** Passes changes on in the order in which they came, each batch together with what it had to wait for. */
export class OrderedChanges {
  readonly #pass: (changes: readonly ResourceChange[], isReread: boolean) => void;
  readonly #waiting: Batch[] = [];
  #isDraining = false;

  constructor(pass: (changes: readonly ResourceChange[], isReread: boolean) => void) {
    this.#pass = pass;
  }

  /** Whether nothing is being waited for. */
  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  /**
   * Passes changes on: at once where nothing has to be waited for.
   *
   * @param isReread - whether they come from listing again instead of from a watch
   * @param needed - changes that belong to them and are still being fetched; must not be rejected
   */
  add(
    changes: readonly ResourceChange[],
    isReread: boolean,
    needed: readonly Promise<readonly ResourceChange[]>[],
  ): void {
    if (needed.length === 0 && this.isIdle) {
      this.#pass(changes, isReread);
      return;
    }
    this.#waiting.push({ changes, isReread, more: Promise.all(needed) });
    if (!this.#isDraining) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      const more = await next.more;
      this.#waiting.shift();
      this.#pass([...more.flat(), ...next.changes], next.isReread);
    }
    this.#isDraining = false;
  }
}
