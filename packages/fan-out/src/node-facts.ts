import type { NodeInformation, NodeStatus } from '@silverback/kong-admin';
import type { SessionReason } from './events.ts';
import { Returns } from './returns.ts';

/** Worker ids may be given out again after a restart of a container, so one return of them proves nothing. */
const WORKER_RETURNS = 2;

/** What a session knows of the node behind an address: its facts, its workers, and whether it is one node at all. */
export class NodeFacts {
  readonly #maxAgeMs: number;
  readonly #nodeIds: Returns;
  readonly #workers: Returns;
  #workerPids: readonly number[] = [];
  #information: NodeInformation | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  /** @param maxAgeMs - how old the facts of `GET /` may become */
  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
    // Node ids are read this often at least: two reads must fit in.
    this.#nodeIds = new Returns(2 * maxAgeMs);
    this.#workers = new Returns(2 * maxAgeMs);
  }

  get workerPids(): readonly number[] {
    return this.#workerPids;
  }

  get information(): NodeInformation | undefined {
    return this.#information;
  }

  /**
   * Takes in a status.
   *
   * @returns whether all workers are others than before: it was restarted, or it is another node
   */
  sawStatus({ workerPids }: NodeStatus, now: number): boolean {
    const isReplaced = replaced(this.#workerPids, workerPids);
    if (isReplaced || this.#workerPids.length === 0) this.#workers.seen(workerPids.join(), now);
    this.#workerPids = workerPids;
    if (isReplaced) this.expire();
    return isReplaced;
  }

  /** Takes in the facts. */
  sawInformation(information: NodeInformation, now: number): void {
    this.#information = information;
    this.#readAt = now;
    this.#nodeIds.seen(information.nodeId, now);
  }

  /** Whether the facts have to be read. */
  isExpired(now: number): boolean {
    return now - this.#readAt > this.#maxAgeMs;
  }

  /** The node was away: the facts have to be read again. */
  expire(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  /** Why this address does not lead to one node only, if that has shown lately. */
  notOneProxy(now: number): SessionReason | undefined {
    if (this.#nodeIds.count(now) === 0 && this.#workers.count(now) < WORKER_RETURNS) return undefined;
    return {
      code: 'NotOneProxy',
      message: 'several proxies answer at this address in turn, as behind a load balancer',
    };
  }
}

/** Whether none of the workers of before is there any more: the node was restarted. */
export function replaced(before: readonly number[], after: readonly number[]): boolean {
  return before.length > 0 && after.length > 0 && before.every((pid) => !after.includes(pid));
}
