import { sleep, type Clock } from '@silverback/clock';
import { isSilverbackError } from '@silverback/errors';
import { ApiRefusal } from '../access/api-error.ts';
import { Backoff } from '../reflector/backoff.ts';
import { TokenBucket } from './token-bucket.ts';

/** Something to be written. */
export interface WriteItem {
  /** What of the same key is waiting is replaced. */
  readonly key: string;
  /** The kind of object that is written, for permissions. */
  readonly kind: string;
}

/** What becomes of writes, for metrics and logs. */
export type WriteEvent =
  | { readonly type: 'written'; readonly kind: string }
  /** A role lacks a verb: told once for a kind, and what is to be written to it is dropped for a while. */
  | { readonly type: 'forbidden'; readonly kind: string; readonly message: string }
  /** The API server does not take it; the same is not tried again. */
  | { readonly type: 'refused'; readonly kind: string; readonly key: string; readonly message: string }
  /** It is tried again later. */
  | { readonly type: 'failed'; readonly kind: string; readonly message: string };

/** What a {@link WriteQueue} needs. */
export interface WriteQueueOptions<T> {
  readonly clock: Clock;
  /** Yields numbers from 0 to below 1. */
  readonly random: () => number;
  readonly perSecond: number;
  readonly burst: number;
  /** The fence: false on a replica that must not write. */
  readonly mayWrite: () => boolean;
  /** Whether two items of the same key say the same. */
  readonly isSame: (left: T, right: T) => boolean;
  /** Whether an item is still to be written when its turn comes. */
  readonly isNeeded: (item: T) => boolean;
  readonly write: (item: T, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: WriteEvent) => void;
}

const CONCURRENCY = 4;
/** How long nothing is written to a kind after a 403, in ms. */
const FORBIDDEN_MS = 300_000;

/** Writes what is to be written at a bounded rate, what changed just now first. It keeps nobody waiting. */
export class WriteQueue<T extends WriteItem> {
  readonly #options: WriteQueueOptions<T>;
  readonly #bucket: TokenBucket;
  readonly #backoff: Backoff;
  readonly #abort = new AbortController();
  readonly #inFlight = new Set<string>();
  readonly #forbidden = new Map<string, number>();
  readonly #refused = new Map<string, T>();
  readonly #workers = new Set<Promise<void>>();
  /** The newest one last. */
  #waiting: T[] = [];
  #pausedUntil = 0;

  constructor(options: WriteQueueOptions<T>) {
    this.#options = options;
    this.#bucket = new TokenBucket(options.clock, options.perSecond, options.burst);
    this.#backoff = new Backoff(options.random);
  }

  /** How much is waiting. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Says all that is to be written now. What was waiting and is not among it is dropped; what is new comes first. */
  replace(items: readonly T[]): void {
    const wanted = new Map(items.map((item) => [item.key, item]));
    for (const key of this.#refused.keys()) if (!wanted.has(key)) this.#refused.delete(key);
    const kept = this.#waiting.filter((old) => {
      const next = wanted.get(old.key);
      return next !== undefined && this.#options.isSame(old, next) && wanted.delete(old.key);
    });
    this.#waiting = [...kept, ...wanted.values()];
    this.#start();
  }

  /** Drops everything that waits, and resolves when nothing is on its way any more. */
  async stop(): Promise<void> {
    this.#waiting = [];
    this.#abort.abort();
    await Promise.all(this.#workers);
  }

  #start(): void {
    const missing = Math.min(CONCURRENCY, this.#waiting.length) - this.#workers.size;
    for (let count = 0; count < missing; count += 1) {
      const worker: Promise<void> = this.#work().finally(() => this.#workers.delete(worker));
      this.#workers.add(worker);
    }
  }

  async #work(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#abort;
    while (this.#waiting.length > 0 && !signal.aborted) {
      const pause = this.#pausedUntil - clock.now();
      if (pause > 0) {
        await sleep(clock, pause, signal);
        continue;
      }
      // Chosen only when its turn has come, so that the newest goes first.
      await this.#bucket.take(signal);
      const item = this.#next();
      if (item === undefined) return;
      await this.#try(item);
    }
  }

  #next(): T | undefined {
    if (!this.#options.mayWrite()) this.#waiting = [];
    for (let at = this.#waiting.length - 1; at >= 0; at -= 1) {
      const item = this.#waiting[at];
      if (item === undefined || this.#inFlight.has(item.key)) continue;
      this.#waiting.splice(at, 1);
      if (this.#isDue(item)) return item;
    }
    return undefined;
  }

  #isDue(item: T): boolean {
    const { clock, isNeeded, isSame } = this.#options;
    if (clock.now() < (this.#forbidden.get(item.kind) ?? 0)) return false;
    const refused = this.#refused.get(item.key);
    return (refused === undefined || !isSame(refused, item)) && isNeeded(item);
  }

  async #try(item: T): Promise<void> {
    const { write, onEvent } = this.#options;
    this.#inFlight.add(item.key);
    try {
      await write(item, this.#abort.signal);
      this.#backoff.reset();
      this.#forbidden.delete(item.kind);
      onEvent({ type: 'written', kind: item.kind });
    } catch (error) {
      if (!isSilverbackError(error)) throw error;
      if (!this.#abort.signal.aborted) {
        this.#fail(item, error instanceof ApiRefusal ? error.status : 503, error.message);
      }
    } finally {
      this.#inFlight.delete(item.key);
    }
  }

  #fail(item: T, status: number, message: string): void {
    const { clock, onEvent } = this.#options;
    const { kind, key } = item;
    if (status === 404) return;
    if (status === 403) {
      if (!this.#forbidden.has(kind)) onEvent({ type: 'forbidden', kind, message });
      this.#forbidden.set(kind, clock.now() + FORBIDDEN_MS);
      return;
    }
    if (status < 500 && status !== 429 && status !== 401 && status !== 409) {
      this.#refused.set(key, item);
      onEvent({ type: 'refused', kind, key, message });
      return;
    }
    if (!this.#waiting.some((waiting) => waiting.key === key)) this.#waiting.unshift(item);
    this.#pausedUntil = clock.now() + this.#backoff.next();
    onEvent({ type: 'failed', kind, message });
  }
}
