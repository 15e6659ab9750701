import { UploadRate } from './upload-rate.ts';

/** Bounds how many uploads make progress at once. Who waits gets a slot in the order of asking. */
export class UploadSlots {
  /** How fast uploads are. */
  readonly rate = new UploadRate();
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(size: number) {
    this.#free = size;
  }

  /**
   * Waits for a slot.
   *
   * @param signal - ends the wait
   * @returns a function that gives the slot back (calling it again does nothing), or undefined if the wait was ended
   */
  async take(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.#free > 0) this.#free -= 1;
    else if (!(await this.#wait(signal))) return undefined;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#giveOn();
    };
  }

  #wait(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const granted = (): void => {
        signal.removeEventListener('abort', ended);
        resolve(true);
      };
      const ended = (): void => {
        this.#waiting.delete(granted);
        resolve(false);
      };
      this.#waiting.add(granted);
      signal.addEventListener('abort', ended, { once: true });
    });
  }

  #giveOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
