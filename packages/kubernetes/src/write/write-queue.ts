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
  readonly #waiting = new Map<string, T>();
  /** The keys of what waits, the newest one last; those of what does no longer are passed over. */
  #order: string[] = [];
  readonly #whenIdle: (() => void)[] = [];
  #pausedUntil = 0;

  constructor(options: WriteQueueOptions<T>) {
    this.#options = options;
    this.#bucket = new TokenBucket(options.clock, options.perSecond, options.burst);
    this.#backoff = new Backoff(options.random);
  }

  /** How much is waiting. */
  get length(): number {
    return this.#waiting.size;
  }

  /** Adds what is to be written: it comes first, unless the same is waiting already. */
  put(items: Iterable<T>): void {
    for (const item of items) {
      const old = this.#waiting.get(item.key);
      if (old !== undefined && this.#options.isSame(old, item)) continue;
      this.#waiting.set(item.key, item);
      this.#order.push(item.key);
    }
    this.#start();
  }

  /** Something is no longer to be written. */
  drop(key: string): void {
    this.#refused.delete(key);
    if (!this.#waiting.delete(key)) return;
    if (this.#order.length > 100 + 2 * this.#waiting.size) {
      this.#order = [...new Set(this.#order)].filter((some) => this.#waiting.has(some));
    }
  }

  /** Says all that is to be written now: what was waiting and is not among it is dropped. */
  replace(items: readonly T[]): void {
    const wanted = new Set(items.map(({ key }) => key));
    for (const key of [...this.#waiting.keys(), ...this.#refused.keys()])
      if (!wanted.has(key)) this.drop(key);
    this.put(items);
  }

  /** Waits until nothing is left to be written, but no longer than `limitMs`. */
  async flush(limitMs: number): Promise<void> {
    const done = new AbortController();
    this.#whenIdle.push(() => {
      done.abort();
    });
    this.#tellIdle();
    await sleep(this.#options.clock, limitMs, done.signal);
  }

  /** Drops everything that waits, and resolves when nothing is on its way any more. */
  async stop(): Promise<void> {
    this.#clear();
    this.#abort.abort();
    await Promise.all(this.#workers);
  }

  #clear(): void {
    this.#waiting.clear();
    this.#order = [];
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#waiting.size > 0 || this.#inFlight.size > 0) return;
    for (const tell of this.#whenIdle.splice(0)) tell();
  }

  #start(): void {
    if (this.#abort.signal.aborted) return;
    const missing = Math.min(CONCURRENCY, this.#waiting.size) - this.#workers.size;
    for (let count = 0; count < missing; count += 1) {
      const worker: Promise<void> = this.#work().finally(() => this.#workers.delete(worker));
      this.#workers.add(worker);
    }
  }

  async #work(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#abort;
    while (this.#waiting.size > 0 && !signal.aborted) {
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
    if (!this.#options.mayWrite()) this.#clear();
    for (let at = this.#order.length - 1; at >= 0; at -= 1) {
      const key = this.#order[at] ?? '';
      if (this.#inFlight.has(key)) continue;
      this.#order.splice(at, 1);
      const item = this.#waiting.get(key);
      if (item === undefined) continue;
      this.#waiting.delete(key);
      if (this.#isDue(item)) return item;
    }
    this.#tellIdle();
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
      this.#tellIdle();
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
    if (!this.#waiting.has(key)) {
      this.#waiting.set(key, item);
      this.#order.unshift(key);
    }
    this.#pausedUntil = clock.now() + this.#backoff.next();
    onEvent({ type: 'failed', kind, message });
  }
}
