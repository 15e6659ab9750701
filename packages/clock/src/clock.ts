/** Stops something that was started, such as a timer. Calling it again does nothing. */
export type Cancel = () => void;

/** Time, as every package but the composition root sees it. */
export interface Clock {
  /** Monotonic time in ms from an arbitrary start: for durations and deadlines. */
  now(): number;
  /** Wall-clock time: for certificates and for people. Never for durations. */
  date(): Date;
  /**
   * Calls `callback` once, after `delayMs` milliseconds.
   *
   * @returns a function that prevents the call
   */
  schedule(delayMs: number, callback: () => void): Cancel;
}

/**
 * Resolves after `delayMs` milliseconds of the clock, or early (without an error) when `signal` is aborted.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const wake = (): void => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.schedule(delayMs, wake);
    signal?.addEventListener('abort', wake, { once: true });
  });
}
