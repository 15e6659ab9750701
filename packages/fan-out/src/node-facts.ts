import type { NodeInformation, NodeStatus } from '@silverback/kong-admin';
import type { SessionReason } from './events.ts';
import { Returns } from './returns.ts';

/** Worker ids may be given out again after a restart of a container, so one return of them proves nothing. */
const WORKER_RETURNS = 2;
/** No proxy starts more often than that within a minute. */
const RESTARTS = 10;
const MINUTE_MS = 60_000;

/** What a session knows of the node behind an address: its facts, its workers, and whether it is one node at all. */
export class NodeFacts {
  readonly #maxAgeMs: number;
  readonly #nodeIds: Returns;
  readonly #workers: Returns;
  #status: NodeStatus = { workerPids: [] };
  /** When it was another process than before, within the last minute, in ms of the clock. */
  #replacedAt: readonly number[] = [];
  #oftenReplacedAt = Number.NEGATIVE_INFINITY;
  #information: NodeInformation | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  /** @param maxAgeMs - how old the facts of `GET /` may become */
  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
    // Node ids are read this often at least: two reads must fit in.
    this.#nodeIds = new Returns(2 * maxAgeMs);
    this.#workers = new Returns(2 * maxAgeMs);
  }

  /** The last status; without workers if there was none. */
  get status(): NodeStatus {
    return this.#status;
  }

  get information(): NodeInformation | undefined {
    return this.#information;
  }

  /**
   * Takes in a status.
   *
   * @returns whether it was restarted, or is another node
   */
  sawStatus(status: NodeStatus, now: number): boolean {
    const { workerPids } = this.#status;
    const isReplaced = isOtherProcess(this.#status, status);
    if (isReplaced || workerPids.length === 0) this.#workers.seen(status.workerPids.join(), now);
    this.#status = status;
    if (isReplaced) this.#noteReplacement(now);
    return isReplaced;
  }

  /**
   * Takes in the facts.
   *
   * @returns whether it is another node than before
   */
  sawInformation(information: NodeInformation, now: number): boolean {
    const before = this.#information?.nodeId;
    this.#information = information;
    this.#readAt = now;
    this.#nodeIds.seen(information.nodeId, now);
    return before !== undefined && before !== information.nodeId;
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
    const isOftenReplaced = now - this.#oftenReplacedAt <= 2 * this.#maxAgeMs;
    const isReturning = this.#nodeIds.count(now) > 0 || this.#workers.count(now) >= WORKER_RETURNS;
    if (!isOftenReplaced && !isReturning) return undefined;
    return {
      code: 'NotOneProxy',
      message: 'several proxies answer at this address in turn, as behind a load balancer',
    };
  }

  #noteReplacement(now: number): void {
    this.expire();
    this.#replacedAt = [...this.#replacedAt.filter((at) => now - at < MINUTE_MS), now];
    if (this.#replacedAt.length >= RESTARTS) this.#oftenReplacedAt = now;
  }
}

/** Whether one of the workers is gone: nginx starts another one for it, which knows nothing of its requests. */
export function hasLostWorker(before: NodeStatus, after: NodeStatus): boolean {
  return after.workerPids.length > 0 && before.workerPids.some((pid) => !after.workerPids.includes(pid));
}

/**
 * Whether what answers now is not what answered before: the node was restarted, and knows nothing of earlier requests.
 * Either none of the workers is there any more, or it has had fewer requests. A container that restarts may give its
 * workers the ids of before; nginx counts requests over all of its workers, also those that a reload replaces.
 */
export function isOtherProcess(before: NodeStatus, after: NodeStatus): boolean {
  const pids = before.workerPids;
  const areReplaced =
    pids.length > 0 && after.workerPids.length > 0 && pids.every((pid) => !after.workerPids.includes(pid));
  return areReplaced || (after.requests ?? Infinity) < (before.requests ?? 0);
}
