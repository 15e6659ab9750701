import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.ts';

/** Figures of writing statuses. */
export interface StatusFigures {
  readonly ingresses: number;
  /** Writes of statuses until all Ingresses show their address, refused ones included. */
  readonly writes: number;
  /** How many Ingresses show it. */
  readonly published: number;
  readonly ms: number;
  /** Further writes after each Ingress was changed once, in a way that its status does not show. */
  readonly writesAfterChange: number;
  /** Further writes after a restart of the controller. */
  readonly writesAfterRestart: number;
}

const LOOK_MS = 200;
/**
 * Starts the controller in a cluster whose Ingresses show no address, and counts what it writes.
 *
 * @param limits - the longest to wait for all of them, and how long nothing may be written before it counts as
 *   finished
 */
export async function measureStatuses(
  stage: Stage,
  ingresses: number,
  { limitMs, quietMs }: { readonly limitMs: number; readonly quietMs: number },
): Promise<StatusFigures> {
  await stage.setProxies(1);
  await stage.cluster.reset();
  stage.startController();
  const { atMs } = await stage.held();
  const { published, ms } = await untilPublished(stage, ingresses, atMs + limitMs);
  const writes = await settledWrites(stage, quietMs);
  await stage.cluster.reset();
  await stage.cluster.changeIngresses(1);
  const writesAfterChange = await settledWrites(stage, quietMs);
  await stage.stopController();
  await stage.cluster.reset();
  stage.startController();
  await stage.held();
  const writesAfterRestart = await settledWrites(stage, quietMs);
  await stage.stopController();
  return { ingresses, writes, published, ms, writesAfterChange, writesAfterRestart };
}

async function untilPublished(
  stage: Stage,
  wanted: number,
  deadline: number,
): Promise<{ readonly published: number; readonly ms: number }> {
  const startedAt = Date.now();
  for (;;) {
    const { published } = await stage.unlessEnded(stage.cluster.traffic());
    if (published >= wanted || Date.now() > deadline) return { published, ms: Date.now() - startedAt };
    await sleep(LOOK_MS);
  }
}

/** How often a status was written, when that has not been for a while. */
async function settledWrites(stage: Stage, quietMs: number): Promise<number> {
  let before = -1;
  for (;;) {
    const { counts } = await stage.unlessEnded(stage.cluster.traffic());
    const writes = Object.entries(counts).reduce(
      (total, [name, number]) => (/^(patch|update|apply) \S+\/status /.test(name) ? total + number : total),
      0,
    );
    if (writes === before) return writes;
    before = writes;
    await sleep(quietMs);
  }
}
