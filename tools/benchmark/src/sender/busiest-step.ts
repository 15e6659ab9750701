/**
 * The most CPU time that this thread used between two looks at its event loop. A block in which it used little was the
 * machine's doing: it gave the core to somebody else.
 */
export class BusiestStep {
  readonly #everyMs: number;
  #before = process.threadCpuUsage();
  #mostMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param everyMs - how often to look, in ms */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  start(): void {
    this.#before = process.threadCpuUsage();
    this.#timer = setInterval(() => {
      this.#look();
    }, this.#everyMs);
  }

  /** Ends it, and returns the most CPU time of a step, in ms. */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#mostMs;
  }

  #look(): void {
    const { user, system } = process.threadCpuUsage(this.#before);
    this.#before = process.threadCpuUsage();
    this.#mostMs = Math.max(this.#mostMs, (user + system) / 1e3);
  }
}
