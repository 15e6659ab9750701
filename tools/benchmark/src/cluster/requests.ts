import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../progress.ts';
import type { Stage } from './stage.ts';

/** How many requests the API server got, for so many proxies. */
export interface RequestFigures {
  readonly proxies: number;
  /** From the start until all proxies held the same, in ms. */
  readonly allHeldMs: number;
  /** Without those for the Lease, which grow with time. */
  readonly requests: number;
  readonly leaseRequests: number;
}

/**
 * Starts the controller anew for each number of proxies, and counts what it asks of the API server.
 *
 * @param restMs - how long it goes on after all proxies hold the same
 */
export async function measureRequests(
  stage: Stage,
  proxies: readonly number[],
  restMs: number,
  progress: Progress,
): Promise<readonly RequestFigures[]> {
  const figures: RequestFigures[] = [];
  for (const count of proxies) {
    progress.say(`${count} proxies`);
    figures.push(await requestsWith(stage, count, restMs));
  }
  return figures;
}

async function requestsWith(stage: Stage, proxies: number, restMs: number): Promise<RequestFigures> {
  await stage.setProxies(proxies);
  await stage.cluster.reset();
  const controller = stage.startController();
  const { atMs } = await stage.held();
  await stage.unlessEnded(sleep(restMs));
  const { counts } = await stage.cluster.traffic();
  await stage.stopController();
  const entries = Object.entries(counts);
  const sum = (some: typeof entries): number => some.reduce((total, [, number]) => total + number, 0);
  const lease = entries.filter(([name]) => name.includes(' leases.'));
  return {
    proxies,
    allHeldMs: atMs - controller.startedAtMs,
    requests: sum(entries) - sum(lease),
    leaseRequests: sum(lease),
  };
}
