import type { Cancel, Clock } from './clock.ts';

/** The clock of the machine. */
export class SystemClock implements Clock {
  now(): number {
    return performance.now();
  }

  date(): Date {
    return new Date();
  }

  schedule(delayMs: number, callback: () => void): Cancel {
    // Node makes a millisecond out of none; work that goes on after a turn for others would wait for each of them.
    if (delayMs <= 0) {
      const immediate = setImmediate(callback);
      return () => {
        clearImmediate(immediate);
      };
    }
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  }
}
