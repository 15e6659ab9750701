import { sleep, type Clock } from '@silverback/clock';
import { SilverbackError } from '@silverback/errors';
import { isRefusal } from '../access/api-error.ts';
import type { KubeHttp } from '../access/kube-http.ts';
import { newerVersion, type ApiObject, type Collection } from './api-object.ts';
import { Backoff } from './backoff.ts';
import { InitialList, type InitialLists } from './initial-list.ts';
import { listAll } from './list.ts';
import { watchOnce, WatchSilence, type WatchBatch, type WatchEvent } from './watch.ts';

/** Why everything of a collection was listed. */
export type ListReason = 'start' | 'expired' | 'lagging';

/** Everything that there is begins to come at once, where it comes within a watch. */
const INITIAL_IDLE_MS = 15_000;

/** Takes over what a reflector sees. */
export interface ReflectorSink<T> {
  /** All objects, as they are now. What is not among them is gone. */
  replaced(items: readonly T[], reason: ListReason): void;
  /** What happened since, in order. */
  changed(events: readonly WatchEvent<T>[]): void;
  /** Called when listing or watching failed, or works again (undefined). What was seen before still counts. */
  failed(error: unknown): void;
}

/** What a {@link Reflector} needs. */
export interface ReflectorOptions<T> {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly collection: Collection;
  /** Makes of an object what is kept of it; called as it comes. */
  readonly project: (object: ApiObject) => T;
  readonly sink: ReflectorSink<T>;
  /** Told how many bytes of lists and watches have come, as they come. */
  readonly onBytes?: (count: number) => void;
  /** Whether lists come within watches (default yes, until that is refused). */
  readonly initialLists?: InitialLists;
  /** Yields numbers from 0 to below 1 (default Math.random). */
  readonly random?: () => number;
  /** How long a watch may say nothing before it counts as dead, in ms (default 150 000: bookmarks come each minute). */
  readonly idleMs?: number;
}

/**
 * Keeps up with the objects of one collection: lists them once, then watches, and goes on where a watch ended. It
 * lists again only when the API server no longer knows what came since. It never gives up. Where the API server offers
 * it, the list comes at the begin of the watch, object by object (KEP-3157); else in pages.
 */
export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #abort = new AbortController();
  readonly #backoff: Backoff;
  readonly #initialLists: InitialLists;
  #running: Promise<void> = Promise.resolve();
  #version = '';
  #applied = '0';
  #listReason: ListReason | undefined = 'start';
  #watch: AbortController | undefined;
  #syncedAt: number | undefined;
  #isLive = false;
  /** The watch was refused as too old, and has told nothing since. */
  #hasExpired = false;
  #lists = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#backoff = new Backoff(options.random ?? Math.random);
    this.#initialLists = options.initialLists ?? { isOffered: true };
  }

  /** Whether everything was listed once. */
  get isSynced(): boolean {
    return this.#syncedAt !== undefined;
  }

  /** Whether a watch stands, as far as can be told. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** When something was heard of the API server last, in ms of the clock; undefined before the first list. */
  get syncedAt(): number | undefined {
    return this.#syncedAt;
  }

  /** The resource version up to which everything is known; empty before the first list. */
  get version(): string {
    return this.#version;
  }

  /** The highest resource version of an object that was taken over. */
  get applied(): string {
    return this.#applied;
  }

  /** How often everything was listed. */
  get lists(): number {
    return this.#lists;
  }

  /** Begins; returns at once. */
  start(): void {
    this.#running = this.#run();
  }

  /** Ends the watch; nothing reaches the sink after it resolves. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#watch?.abort();
    await this.#running;
  }

  /** Lists everything again, because the watch is behind. */
  relist(): void {
    this.#listReason ??= 'lagging';
    this.#watch?.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        await this.#once();
      } catch (error) {
        this.#isLive = false;
        if (this.#hasEnded()) return;
        await this.#recover(error);
      }
    }
  }

  /** Waits, unless it is known at once what helps. */
  async #recover(error: unknown): Promise<void> {
    const { clock, sink } = this.#options;
    const isListing = this.#listReason !== undefined;
    if (isRefusal(error, 410)) {
      this.#listReason ??= 'expired';
      const isFirst = !isListing && !this.#hasExpired;
      this.#hasExpired = true;
      if (isFirst) return;
    } else if (isListing && this.#initialLists.isOffered && isNotOffered(error)) {
      this.#initialLists.isOffered = false;
      return;
    }
    sink.failed(error);
    await sleep(clock, this.#backoff.next(), this.#abort.signal);
  }

  /** A method, because the answer may change while something is awaited. */
  #hasEnded(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Lists if that is due, and watches until the API server ends it. */
  async #once(): Promise<void> {
    // What a list leads to may ask for another one.
    while (this.#listReason !== undefined && !this.#initialLists.isOffered && !this.#hasEnded()) {
      await this.#list(this.#listReason);
    }
    if (this.#hasEnded()) return;
    const { clock } = this.#options;
    const startedAt = clock.now();
    await this.#watchOnce(this.#listReason);
    // A watch that ends at once again and again must not storm the API server.
    if (!this.#hasEnded() && this.#listReason === undefined && clock.now() - startedAt < 1000) {
      await sleep(clock, this.#backoff.next(), this.#abort.signal);
    }
  }

  /** @param listReason - why everything is to come first; undefined to go on from the version that is known */
  async #watchOnce(listReason: ListReason | undefined): Promise<void> {
    const { http, clock, collection, project, onBytes } = this.#options;
    const { random = Math.random, idleMs = 150_000 } = this.#options;
    const abort = new AbortController();
    this.#watch = abort;
    let list = listReason === undefined ? undefined : new InitialList<T>();
    const stream = watchOnce({
      http,
      clock,
      collection,
      project,
      onBytes,
      resourceVersion: list ? undefined : this.#version,
      seconds: 300 + Math.floor(random() * 300),
      idleMs: list ? Math.min(idleMs, INITIAL_IDLE_MS) : idleMs,
      abort,
    });
    for await (const batch of stream) {
      if (this.#hasEnded()) return;
      if (list === undefined || listReason === undefined) this.#follow(batch);
      else if (list.take(batch)) {
        const { items, applied } = list;
        this.#replace(items, batch.resourceVersion, newerVersion(this.#applied, applied), listReason);
        list = undefined;
      }
    }
    if (list !== undefined && !abort.signal.aborted) throw unfinished(collection.path);
  }

  #follow({ events, resourceVersion }: WatchBatch<T>): void {
    this.#noteLife();
    if (resourceVersion !== this.#version) {
      this.#backoff.reset();
      this.#hasExpired = false;
    }
    this.#version = resourceVersion;
    for (const event of events) this.#applied = newerVersion(this.#applied, event.resourceVersion);
    if (events.length > 0) this.#options.sink.changed(events);
  }

  async #list(reason: ListReason): Promise<void> {
    const { http, collection, project, onBytes } = this.#options;
    let applied = this.#applied;
    const { items, resourceVersion } = await listAll({
      http,
      collection,
      project: (object) => {
        applied = newerVersion(applied, object.metadata?.resourceVersion ?? '');
        return project(object);
      },
      onBytes,
      signal: this.#abort.signal,
    });
    if (!this.#hasEnded()) this.#replace(items, resourceVersion, applied, reason);
  }

  #replace(items: readonly T[], resourceVersion: string, applied: string, reason: ListReason): void {
    this.#version = resourceVersion;
    this.#applied = applied;
    this.#listReason = undefined;
    this.#lists += 1;
    this.#noteLife();
    this.#options.sink.replaced(items, reason);
  }

  #noteLife(): void {
    this.#syncedAt = this.#options.clock.now();
    if (!this.#isLive) this.#options.sink.failed(undefined);
    this.#isLive = true;
  }
}

/** How a server says that it does not send lists within watches: by 422 as a rule, or by sending nothing at all. */
function isNotOffered(error: unknown): boolean {
  return isRefusal(error, 400, 405, 406, 415, 422) || error instanceof WatchSilence;
}

function unfinished(path: string): SilverbackError {
  return new SilverbackError('KubernetesUnreachable', {
    message: 'The watch ended before everything had come.',
    where: `GET ${path}`,
  });
}
