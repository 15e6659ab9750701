import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { BusiestStep } from './busiest-step.ts';
import type { SendReport } from './protocol.ts';

/** How often the event loop is looked at, in ms: shorter blocks than this are not seen. */
const RESOLUTION_MS = 5;

/** Measures what a process needs from {@link UsageMeter.start} to {@link UsageMeter.stop}. */
export class UsageMeter {
  readonly #delay: IntervalHistogram;
  readonly #busiest = new BusiestStep(RESOLUTION_MS);
  readonly #cpu = process.cpuUsage();
  readonly startedAt = performance.now();

  private constructor(delay: IntervalHistogram) {
    this.#delay = delay;
    this.#busiest.start();
  }

  /** Starts once the event loop is being watched: of what begins right after that, the first step counts as well. */
  static async start(): Promise<UsageMeter> {
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delay.enable();
    // A delay is the time between two looks: the first look measures nothing.
    await sleep(4 * RESOLUTION_MS);
    return new UsageMeter(delay);
  }

  stop(): Omit<SendReport, 'timesMs'> {
    this.#delay.disable();
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      cpuSeconds: (user + system) / 1e6,
      rssMb: process.resourceUsage().maxRSS / 1024,
      loopBlockMs: Math.max(0, this.#delay.max / 1e6 - RESOLUTION_MS),
      loopBusyMs: this.#busiest.stop(),
    };
  }
}
