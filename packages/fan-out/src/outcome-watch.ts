import { sleep, type Clock } from '@silverback/clock';
import type { AdminApi, NodeStatus } from '@silverback/kong-admin';
import type { PushResult, SessionReason } from './events.ts';
import { hasLostWorker, isOtherProcess } from './node-facts.ts';
import { reasonOf } from './reason.ts';
import type { FanOutTiming } from './timing.ts';

/** A POST that was handed over completely, and whose outcome is open. Kong applies it even if its client is gone. */
export interface OpenRequest {
  readonly hash: string;
  /** Whether the proxy held these bytes before it: then their hash says nothing about it. */
  readonly isRepeat: boolean;
  /** What the proxy said before it: when it is another process, the request is gone. */
  readonly before: NodeStatus;
  /** Aborted once it is known what became of it. */
  readonly settled: AbortSignal;
  /** Aborted when the other side has ended the connection on which the answer was to come. */
  readonly broken: AbortSignal;
  /** Monotonic time in ms until which it may stay open. */
  readonly deadline: number;
}

/** What watching an open request needs. */
export interface WatchContext {
  readonly admin: () => AdminApi;
  readonly clock: Clock;
  readonly timing: Pick<FanOutTiming, 'outcomeInterval'>;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/**
 * Reads the hash until it tells what became of a request, the process that had it is gone, or its time is over.
 *
 * @returns undefined once somebody else knows what became of it
 */
export async function watchOutcome(
  request: OpenRequest,
  { admin, clock, timing, signal }: WatchContext,
): Promise<PushResult | undefined> {
  const ended = AbortSignal.any([request.settled, signal]);
  const isSettled = (): boolean => request.settled.aborted;
  let { before } = request;
  for (;;) {
    await sleep(clock, timing.outcomeInterval, ended);
    if (isSettled()) return undefined;
    if (signal.aborted) return unknown('the session has ended');
    const status = await admin().status(signal).catch(ignoreUnreachable);
    if (isSettled()) return undefined;
    const outcome = status && outcomeOf(request, before, status);
    if (outcome) return outcome;
    before = { ...before, ...(status?.requests !== undefined && { requests: status.requests }) };
    if (clock.now() >= request.deadline) return unknown('the time for it is over');
  }
}

/** What a status says of a request, if anything. */
function outcomeOf(request: OpenRequest, before: NodeStatus, status: NodeStatus): PushResult | undefined {
  if (!request.isRepeat && status.configurationHash === request.hash) return { result: 'accepted' };
  if (isOtherProcess(before, status)) return unknown('the proxy was restarted meanwhile');
  if (request.broken.aborted && hasLostWorker(before, status)) {
    return unknown('a worker of the proxy ended, and the connection with it');
  }
  return undefined;
}

/** While an outcome is open, a proxy that gives no answer is simply asked again. */
function ignoreUnreachable(error: unknown): undefined {
  reasonOf(error);
}

function unknown(message: string): PushResult {
  const reason: SessionReason = { code: 'OutcomeUnknown', message };
  return { result: 'unknown', reason };
}
