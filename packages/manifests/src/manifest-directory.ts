import { isDeepStrictEqual } from 'node:util';
import { join, resolve } from 'node:path';

import type { Problem } from '@silverback/errors';

import { reasonOf, scanDirectory, type DirectoryScan } from './directory-scan.ts';
import { ManifestFile, SETTLE_MS, type Reading } from './manifest-file.ts';
import { readManifest } from './manifest-reader.ts';
import { lostDirectory } from './problems.ts';
import { mergeFiles, type ManifestSnapshot } from './snapshot.ts';

interface KnownFile {
  readonly file: ManifestFile;
  /** What the file looked like at the last reading; undefined if it must be read again in any case. */
  signature: string | undefined;
}

/** Whether a file, by its absolute path, must be read even if it looks as before. */
export type Suspicion = (path: string) => boolean;

/** What counts of a directory of manifests. It looks at the directory only when told to. */
export class ManifestDirectory {
  readonly #path: string;
  readonly #root: string;
  readonly #files = new Map<string, KnownFile>();
  #directories: ReadonlyMap<string, string> = new Map();
  #problems: readonly Problem[] = [];
  #failure: { readonly since: number; counts: boolean } | undefined;

  /** @param path - as the user named it */
  constructor(path: string) {
    this.#path = path;
    this.#root = resolve(path);
  }

  /**
   * Looks at the directory and reads what has changed. A directory that can't be read any more keeps its objects:
   * a source that failed is never an empty one.
   *
   * @param now - the time on a monotonic clock, in ms
   * @param suspicion - which files to read although they look as before, because of an event
   * @returns whether the snapshot is different now
   * @throws the error of the file system, if the directory has never been readable
   */
  async refresh(now: number, suspicion: Suspicion = () => false): Promise<boolean> {
    let scan: DirectoryScan;
    try {
      scan = await scanDirectory(this.#root);
    } catch (error) {
      if (this.#directories.size === 0) throw error;
      return this.#noteFailure(error, now);
    }
    this.#failure = undefined;
    this.#directories = scan.directories;
    const problemsChanged = this.#replaceProblems(this.#closedDirectories(scan));
    const filesChanged = await this.#lookAtFiles(scan, now, suspicion);
    return problemsChanged || filesChanged;
  }

  /** Whether something counts only if it looks the same after {@link SETTLE_MS}. */
  get unsettled(): boolean {
    return this.#failure?.counts === false || [...this.#files.values()].some(({ file }) => file.suspect);
  }

  /** The absolute paths of all directories at the last look, each with its identity. */
  get directories(): ReadonlyMap<string, string> {
    return new Map([...this.#directories].map(([path, identity]) => [join(this.#root, path), identity]));
  }

  snapshot(): ManifestSnapshot {
    const files = new Map([...this.#files].map(([path, { file }]) => [path, file]));
    return mergeFiles(files, this.#problems);
  }

  #noteFailure(error: unknown, now: number): boolean {
    this.#failure ??= { since: now, counts: false };
    this.#failure.counts = now - this.#failure.since >= SETTLE_MS;
    if (!this.#failure.counts) return false;
    return this.#replaceProblems([lostDirectory(this.#path, reasonOf(error))]);
  }

  /** A link to nowhere below which there never was a file is no loss. */
  #closedDirectories(scan: DirectoryScan): Problem[] {
    const known = [...this.#files.keys()];
    return [...scan.closedDirectories]
      .filter(([path, { absent }]) => !absent || known.some((file) => file.startsWith(`${path}/`)))
      .map(([path, { reason }]) => lostDirectory(join(this.#path, path), reason));
  }

  #replaceProblems(problems: readonly Problem[]): boolean {
    if (isDeepStrictEqual(this.#problems, problems)) return false;
    this.#problems = problems;
    return true;
  }

  async #lookAtFiles(scan: DirectoryScan, now: number, suspicion: Suspicion): Promise<boolean> {
    const closed = [...scan.closedDirectories.keys()];
    let changed = false;
    for (const path of new Set([...this.#files.keys(), ...scan.files.keys(), ...scan.brokenFiles.keys()])) {
      if (closed.some((directory) => path.startsWith(`${directory}/`))) continue;
      if (await this.#lookAtFile(path, scan, now, suspicion)) changed = true;
    }
    return changed;
  }

  async #lookAtFile(path: string, scan: DirectoryScan, now: number, suspicion: Suspicion): Promise<boolean> {
    const name = join(this.#path, path);
    const known = this.#files.get(path) ?? { file: new ManifestFile(name), signature: undefined };
    this.#files.set(path, known);
    const signature = scan.files.get(path);
    const mustRead = known.file.suspect || suspicion(join(this.#root, path));
    if (signature !== undefined && signature === known.signature && !mustRead) return false;
    const reading = await this.#read(path, scan, name);
    known.signature = reading.type === 'unreadable' ? undefined : signature;
    const changed = known.file.take(reading, now);
    if (reading.type === 'vanished' && !known.file.suspect) this.#files.delete(path);
    return changed;
  }

  async #read(path: string, scan: DirectoryScan, name: string): Promise<Reading> {
    if (scan.files.has(path)) return await readManifest(join(this.#root, path), name);
    const reason = scan.brokenFiles.get(path);
    return reason === undefined ? { type: 'vanished' } : { type: 'unreadable', reason };
  }
}
