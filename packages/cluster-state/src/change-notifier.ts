import type { Cancel, Clock } from '@silverback/clock';

import type { ReadKey } from './view.ts';

/** How a {@link ChangeNotifier} waits. */
export interface ChangeNotifierOptions {
  readonly clock: Clock;
  /** Gets the union of everything that was added since the last call; never empty. */
  readonly listener: (touched: ReadonlySet<ReadKey>) => void;
  /** Changes are delivered when none has come for this long, in ms (default 100). */
  readonly quietMs?: number;
  /** No change waits longer than this, in ms, however many follow it (default 1000). */
  readonly maximumMs?: number;
}

/**
 * Brings changes together: the only debounce of the product. A burst, such as a rollout that changes an
 * EndpointSlice many times, becomes one translation; a stream that never rests still gets through.
 */
export class ChangeNotifier {
  readonly #clock: Clock;
  readonly #listener: (touched: ReadonlySet<ReadKey>) => void;
  readonly #quietMs: number;
  readonly #maximumMs: number;
  #pending = new Set<ReadKey>();
  #deadline = 0;
  #cancel: Cancel | undefined;

  constructor(options: ChangeNotifierOptions) {
    this.#clock = options.clock;
    this.#listener = options.listener;
    this.#quietMs = options.quietMs ?? 100;
    this.#maximumMs = options.maximumMs ?? 1000;
  }

  /** Whether something was added that is not delivered yet. */
  get isWaiting(): boolean {
    return this.#pending.size > 0;
  }

  /** Adds touched keys to the next delivery. Without any, nothing happens. */
  add(touched: ReadonlySet<ReadKey>): void {
    if (touched.size === 0) return;
    const now = this.#clock.now();
    if (this.#pending.size === 0) this.#deadline = now + this.#maximumMs;
    for (const key of touched) this.#pending.add(key);
    this.#cancel?.();
    const delay = Math.min(this.#quietMs, this.#deadline - now);
    this.#cancel = this.#clock.schedule(delay, () => {
      this.#deliver();
    });
  }

  /** Ends waiting: what is pending is dropped. Whatever is added later starts anew. */
  stop(): void {
    this.#cancel?.();
    this.#pending = new Set();
  }

  #deliver(): void {
    const touched = this.#pending;
    this.#pending = new Set();
    this.#listener(touched);
  }
}
