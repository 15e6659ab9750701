import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../progress.ts';
import { percentile } from '../statistics.ts';
import type { Stage } from './stage.ts';

/** Figures of one start and of the time after it; times in ms, memory in MB. */
export interface StartFigures {
  /** From the start of the process until a proxy has applied the configuration. */
  readonly firstPayloadMs: number;
  readonly firstPayloadCpuMs: number;
  /** CPU time of the API server meanwhile: it is on the same machine. */
  readonly firstPayloadServerCpuMs: number;
  /** How long the quiet time after it was, in s. */
  readonly quietSeconds: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
  readonly quietCpuMs: number;
  /** Requests from the start on to the end of the quiet time, by verb and resource. */
  readonly requests: Readonly<Record<string, number>>;
}

/** Starts the controller in a cluster, and lets it rest. */
export async function measureStart(stage: Stage, seconds: number, progress: Progress): Promise<StartFigures> {
  const { cluster } = stage;
  await cluster.reset();
  const serverBefore = await cluster.usage();
  const controller = stage.startController();
  const { atMs } = await stage.held();
  const firstPayloadCpuMs = controller.cpuMs();
  const serverAfter = await cluster.usage();
  const firstPayloadMs = atMs - controller.startedAtMs;
  progress.say(`first payload after ${(firstPayloadMs / 1000).toFixed(1)} s; resting for ${seconds} s`);
  await stage.unlessEnded(sleep(seconds * 1000));
  const { counts } = await cluster.traffic();
  return {
    firstPayloadMs,
    firstPayloadCpuMs,
    firstPayloadServerCpuMs: serverAfter.cpuMs - serverBefore.cpuMs,
    quietSeconds: seconds,
    ...controller.memory(),
    quietCpuMs: controller.cpuMs() - firstPayloadCpuMs,
    requests: counts,
  };
}

/** Figures of a time of changes; times in ms, memory in MB. */
export interface ChangeFigures {
  readonly perSecond: number;
  readonly seconds: number;
  readonly events: number;
  /** From a change of an object until a proxy has applied a configuration that knows of it. */
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly maximumMs: number;
  /** How many configurations were sent. */
  readonly pushes: number;
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
}

/** Changes objects all the time, and looks how long after its change each is known to a proxy. */
export async function measureChanges(
  stage: Stage,
  {
    perSecond,
    seconds,
    seed,
  }: { readonly perSecond: number; readonly seconds: number; readonly seed: number },
): Promise<ChangeFigures> {
  const { cluster, farm, controller } = stage;
  const cpuBefore = controller.cpuMs();
  const { events, markers } = await stage.unlessEnded(cluster.change(perSecond, seconds, seed));
  const last = markers.at(-1)?.count ?? 0;
  const marked = await stage.unlessEnded(untilMarked(stage, last));
  const delays = markers.map(({ count, atMs }) => {
    const known = marked.find(({ number }) => number >= count);
    return (known?.atMs ?? Number.NaN) - atMs;
  });
  const [receiver] = await farm.report();
  return {
    perSecond,
    seconds,
    events,
    medianMs: percentile(delays, 50),
    p99Ms: percentile(delays, 99),
    maximumMs: Math.max(...delays),
    pushes: receiver?.pushes ?? 0,
    cpuMs: controller.cpuMs() - cpuBefore,
    ...controller.memory(),
  };
}

const LOOK_MS = 100;

async function untilMarked({ farm }: Stage, number: number) {
  for (;;) {
    const [receiver] = await farm.report();
    if (receiver?.marked.some((marked) => marked.number >= number) === true) return receiver.marked;
    await sleep(LOOK_MS);
  }
}
