import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

import { isAbsence, reasonOf } from './directory-scan.ts';

interface Watch {
  readonly identity: string;
  readonly watcher: FSWatcher;
}

/**
 * Watches a set of directories, each for itself. (Node's recursive watching on Linux does not follow links to
 * directories, and keeps a watch for each file.)
 */
export class DirectoryWatcher {
  readonly #onEvent: (path: string | undefined) => void;
  readonly #watches = new Map<string, Watch>();
  readonly #failures = new Map<string, string>();

  /** @param onEvent - gets the path of what changed, or undefined where the system does not say */
  constructor(onEvent: (path: string | undefined) => void) {
    this.#onEvent = onEvent;
  }

  /** The directories that can't be watched, each with the reason. */
  get failures(): ReadonlyMap<string, string> {
    return this.#failures;
  }

  /**
   * Makes `directories` the watched ones. One that was replaced, so that its identity differs, is watched anew.
   *
   * @returns whether watches were added: what happened in those directories before has to be looked for
   */
  follow(directories: ReadonlyMap<string, string>): boolean {
    for (const [path, { identity }] of this.#watches) {
      if (directories.get(path) !== identity) this.#end(path);
    }
    for (const path of this.#failures.keys()) if (!directories.has(path)) this.#failures.delete(path);
    const missing = [...directories].filter(([path]) => !this.#watches.has(path));
    for (const [path, identity] of missing) this.#begin(path, identity);
    return missing.some(([path]) => this.#watches.has(path));
  }

  close(): void {
    for (const path of this.#watches.keys()) this.#end(path);
  }

  #begin(path: string, identity: string): void {
    try {
      const watcher = watch(path, (_, name) => {
        this.#onEvent(name === null ? undefined : join(path, name));
      });
      watcher.on('error', (error) => {
        this.#fail(path, error);
      });
      this.#watches.set(path, { identity, watcher });
      this.#failures.delete(path);
    } catch (error) {
      this.#fail(path, error);
    }
  }

  /** A directory that is gone is not one that can't be watched. */
  #fail(path: string, error: unknown): void {
    this.#end(path);
    if (!isAbsence(error)) this.#failures.set(path, reasonOf(error));
  }

  #end(path: string): void {
    this.#watches.get(path)?.watcher.close();
    this.#watches.delete(path);
  }
}
