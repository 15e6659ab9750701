import { dirname, resolve, sep } from 'node:path';

import type { Cancel, Clock } from '@silverback/clock';

import { DirectoryWatcher } from './directory-watcher.ts';
import { ManifestDirectory, type Suspicion } from './manifest-directory.ts';
import { SETTLE_MS } from './manifest-file.ts';
import { unwatchedDirectory } from './problems.ts';
import { readFirst } from './read-directory.ts';
import type { ManifestSnapshot } from './snapshot.ts';

/** What a {@link DirectorySource} needs. */
export interface DirectorySourceOptions {
  /** The directory; relative to the working directory. Locations begin with it, as it is given here. */
  readonly path: string;
  readonly clock: Clock;
  /** How often the directory is compared, in ms, for file systems that report no changes (default 2000). */
  readonly pollMs?: number;
}

/** A save is often several changes within a few milliseconds; they are waited for, in ms. */
const BURST_MS = 20;

interface Timer {
  readonly dueAt: number;
  readonly cancel: Cancel;
}

/** A directory of manifests as a source of resources, watched. */
export class DirectorySource {
  readonly #path: string;
  readonly #root: string;
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #directory: ManifestDirectory;
  readonly #watcher = new DirectoryWatcher((path) => {
    this.#noteEvent(path);
  });
  #eventPaths = new Set<string>();
  #eventAnywhere = false;
  #report: (snapshot: ManifestSnapshot) => void = () => undefined;
  #timer: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();
  #watchFailures = '';
  #running = false;

  constructor(options: DirectorySourceOptions) {
    this.#path = options.path;
    this.#root = resolve(options.path);
    this.#clock = options.clock;
    this.#pollMs = options.pollMs ?? 2000;
    this.#directory = new ManifestDirectory(options.path);
  }

  /**
   * Reads the directory, and reports it again whenever what counts of it has changed. Each report is complete.
   *
   * @param report - called for the first time before `start` resolves
   * @throws SilverbackError ManifestDirectoryUnreadable if the directory can't be read now
   */
  async start(report: (snapshot: ManifestSnapshot) => void): Promise<void> {
    await readFirst(this.#directory, this.#path, this.#clock.now());
    this.#running = true;
    this.#report = report;
    this.#followDirectories();
    report(this.#snapshot());
  }

  /** Ends all timers and watches; no report comes after it resolves. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#timer?.cancel();
    this.#watcher.close();
    await this.#looking;
  }

  #noteEvent(path: string | undefined): void {
    if (!this.#running) return;
    if (path === undefined) this.#eventAnywhere = true;
    // The parent directory is watched for this directory only.
    else if (!this.#isWithin(path)) return;
    else this.#eventPaths.add(path);
    this.#lookIn(BURST_MS);
  }

  #isWithin(path: string): boolean {
    return path === this.#root || path.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep);
  }

  #lookIn(delayMs: number): void {
    const dueAt = this.#clock.now() + delayMs;
    if (this.#timer && this.#timer.dueAt <= dueAt) return;
    this.#timer?.cancel();
    const cancel = this.#clock.schedule(delayMs, () => {
      this.#timer = undefined;
      this.#looking = this.#looking.then(() => this.#look());
    });
    this.#timer = { dueAt, cancel };
  }

  async #look(): Promise<void> {
    if (!this.#running) return;
    const changed = await this.#directory.refresh(this.#clock.now(), this.#takeEvents());
    if (!this.#stillRunning()) return;
    const watchingChanged = this.#followDirectories();
    if (changed || watchingChanged) this.#report(this.#snapshot());
  }

  /** A method, because the answer may change while something is awaited. */
  #stillRunning(): boolean {
    return this.#running;
  }

  #takeEvents(): Suspicion {
    const [anywhere, paths] = [this.#eventAnywhere, this.#eventPaths];
    this.#eventAnywhere = false;
    this.#eventPaths = new Set();
    return (path) => anywhere || paths.has(path);
  }

  /** @returns whether other directories than before can't be watched */
  #followDirectories(): boolean {
    const directories = new Map(this.#directory.directories);
    // Only the parent tells that the directory itself, or a link that it is, was replaced.
    directories.set(dirname(this.#root), 'parent');
    const added = this.#watcher.follow(directories);
    this.#lookIn(this.#nextLook(added));
    const failures = JSON.stringify([...this.#watcher.failures]);
    if (failures === this.#watchFailures) return false;
    this.#watchFailures = failures;
    return true;
  }

  #nextLook(added: boolean): number {
    if (added) return BURST_MS;
    return this.#directory.unsettled ? SETTLE_MS : this.#pollMs;
  }

  #snapshot(): ManifestSnapshot {
    const { resources, problems, isComplete } = this.#directory.snapshot();
    const unwatched = [...this.#watcher.failures]
      .filter(([path]) => this.#isWithin(path))
      .map(([path, reason]) => unwatchedDirectory(path, reason, this.#pollMs));
    return { resources, problems: [...unwatched, ...problems], isComplete };
  }
}
