import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { BusiestStep } from './busiest-step.ts';
import type { SendReport } from './protocol.ts';

/** How often the event loop is looked at, in ms: shorter blocks than this are not seen. */
const RESOLUTION_MS = 5;

/** Measures what a process needs from here to {@link UsageMeter.stop}. */
export class UsageMeter {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #busiest = new BusiestStep(RESOLUTION_MS);
  readonly #cpu = process.cpuUsage();
  readonly startedAt = performance.now();

  constructor() {
    this.#delay.enable();
    this.#busiest.start();
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
