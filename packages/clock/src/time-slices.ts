import type { Cancel, Clock } from './clock.ts';

/** How long all pieces of long work together may keep the event loop at a time, in ms. */
export const SLICE_MS = 20;

interface Job {
  /** Goes one step further. At its end it drops itself, and tells who waits for it. */
  readonly step: () => void;
}

/**
 * Does long work in slices, one piece of work after the other, so that answers of proxies and probes of health never wait
 * for it for long. All who have long work to do have to share one, or their slices would add up.
 */
export class TimeSlices {
  readonly #clock: Clock;
  /** The first one is at work. */
  #jobs: readonly Job[] = [];
  #isWorking = false;
  #isScheduled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Does a piece of work. If there is no other, what ends within the first slice is done when this returns.
   *
   * @param steps - the work; each of its steps should take far less than a slice
   * @param done - told the result
   * @returns a function that drops the work where it stands
   */
  run<T>(steps: Generator<unknown, T>, done: (result: T) => void): Cancel {
    const job: Job = {
      step: () => {
        const step = steps.next();
        if (step.done !== true) return;
        this.#drop(job);
        done(step.value);
      },
    };
    this.#jobs = [...this.#jobs, job];
    if (!this.#isWorking && !this.#isScheduled) this.#work();
    return () => {
      this.#drop(job);
    };
  }

  #work(): void {
    const end = this.#clock.now() + SLICE_MS;
    this.#isWorking = true;
    try {
      for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
        this.#step(job);
        if (this.#jobs.length > 0 && this.#clock.now() >= end) return;
      }
    } finally {
      this.#isWorking = false;
      if (this.#jobs.length > 0) this.#goOnLater();
    }
  }

  #step(job: Job): void {
    try {
      job.step();
    } catch (error) {
      this.#drop(job);
      throw error;
    }
  }

  #goOnLater(): void {
    this.#isScheduled = true;
    this.#clock.schedule(0, () => {
      this.#isScheduled = false;
      this.#work();
    });
  }

  #drop(job: Job): void {
    this.#jobs = this.#jobs.filter((other) => other !== job);
  }
}
