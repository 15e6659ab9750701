import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '@silverback/errors';
import { eventsFor, problemsByRoot, type ResourceEvent } from '@silverback/resource-status';

/** The problems of all resources with the events that tell of them, of which only what changes is made anew. */
export class KnownProblems {
  #byRoot: ReadonlyMap<string, readonly Problem[]> = new Map();
  readonly #events = new Map<string, readonly ResourceEvent[]>();

  /** By the root of their resource. */
  get byRoot(): ReadonlyMap<string, readonly Problem[]> {
    return this.#byRoot;
  }

  /** All events that hold now. */
  get events(): readonly ResourceEvent[] {
    return [...this.#events.values()].flat();
  }

  /**
   * Takes over all problems there are, in steps.
   *
   * @returns the roots whose problems have changed
   */
  *update(problems: readonly Problem[]): Generator<undefined, readonly string[]> {
    const before = this.#byRoot;
    const next = problemsByRoot(problems);
    yield undefined;
    const changed: string[] = [];
    for (const [root, some] of next) {
      if (isSame(before.get(root), some)) continue;
      changed.push(root);
      this.#events.set(root, eventsFor(some));
      yield undefined;
    }
    for (const root of before.keys()) {
      if (next.has(root)) continue;
      changed.push(root);
      this.#events.delete(root);
    }
    this.#byRoot = next;
    return changed;
  }
}

function isSame(before: readonly Problem[] | undefined, now: readonly Problem[]): boolean {
  if (before?.length !== now.length) return false;
  return now.every((problem, at) => problem === before[at] || isDeepStrictEqual(problem, before[at]));
}
