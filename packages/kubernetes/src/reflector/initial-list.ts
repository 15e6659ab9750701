import { newerVersion } from './api-object.ts';
import type { WatchBatch, WatchEvent } from './watch.ts';

/** Whether an API server sends the initial list within a watch; shared by all that watch it. */
export interface InitialLists {
  /** Set to false when it was refused once: servers before 1.32 don't offer it unless they are told to. */
  isOffered: boolean;
}

/** Gathers what a watch sends until everything that there was has come. Something may change meanwhile. */
export class InitialList<T> {
  readonly #items = new Map<string, WatchEvent<T>>();

  #applied = '0';

  /** The highest resource version among what came. */
  get applied(): string {
    return this.#applied;
  }

  get items(): readonly T[] {
    return Array.from(this.#items.values(), ({ item }) => item);
  }

  /**
   * Takes what came.
   *
   * @returns whether everything is there now
   */
  take({ events, isWhole = false }: WatchBatch<T>): boolean {
    for (const event of events) {
      this.#applied = newerVersion(this.#applied, event.resourceVersion);
      if (event.type === 'upsert') this.#items.set(event.name, event);
      else this.#items.delete(event.name);
    }
    return isWhole;
  }
}
