import type { Cancel, Clock } from './clock.ts';

interface Timer {
  readonly dueAt: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock that moves only when told to. Timers run in the order of their due times, equal ones in the order in
 * which they were scheduled, so a test that uses it gives the same result each time.
 */
export class VirtualClock implements Clock {
  readonly #startedAt: number;
  readonly #timers = new Set<Timer>();
  #now = 0;
  #scheduled = 0;

  /** @param start - the wall-clock time at which {@link now} is 0 */
  constructor(start: Date = new Date('2026-01-01T00:00:00Z')) {
    this.#startedAt = start.getTime();
  }

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(this.#startedAt + this.#now);
  }

  schedule(delayMs: number, callback: () => void): Cancel {
    const timer = { dueAt: this.#now + Math.max(0, delayMs), order: this.#scheduled++, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** How many timers are waiting. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /**
   * Moves time on by `ms`, running every timer that falls due; after each one, promises that were
   * resolved get their turn before the next timer runs.
   */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await settle();
    for (let timer = this.#nextDue(target); timer !== undefined; timer = this.#nextDue(target)) {
      this.#timers.delete(timer);
      this.#now = timer.dueAt;
      timer.callback();
      await settle();
    }
    this.#now = target;
  }

  #nextDue(target: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt > target) continue;
      if (
        next === undefined ||
        timer.dueAt < next.dueAt ||
        (timer.dueAt === next.dueAt && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    return next;
  }
}

/** Lets promise callbacks run, some levels deep, without waiting for real time. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
