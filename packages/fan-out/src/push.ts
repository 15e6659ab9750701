import { sleep, type Clock } from '@silverback/clock';
import { isSilverbackError, type Code } from '@silverback/errors';
import type { AdminApi, ConfigOutcome } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';
import type { PushResult, SessionReason } from './events.ts';
import type { FanOutTiming } from './timing.ts';
import type { UploadSlots } from './upload-slots.ts';

/** What a push needs to know. */
export interface PushContext {
  readonly admin: AdminApi;
  readonly clock: Clock;
  readonly slots: UploadSlots;
  readonly timing: Pick<FanOutTiming, 'outcomeInterval' | 'applyTimeout'>;
  /** Worker process ids before the push: when all of them are gone, so is the request. */
  readonly workerPids: readonly number[];
  /** False to have the node apply bytes that it holds already. */
  readonly checkHash: boolean;
  /** Ends an upload that has not been fully handed over, and the watch of one that has. */
  readonly signal: AbortSignal;
}

/** The result of a push, and whether its connection still belongs to a request without an answer. */
export interface PushReport {
  readonly push: PushResult;
  readonly connectionIsBusy: boolean;
}

/**
 * Sends a configuration to one proxy and stays until it is known what became of it.
 *
 * A fully sent request is never given up (Kong applies it even if its client is gone, and the last commit wins):
 * `/status` is read until it answered, its hash appeared, all workers were replaced, or the time for it is over.
 * A refusal that names nothing is asked for once more, at once, without `flatten_errors`: Kong loses dangling references
 * with it (observed on Kong 3.9.3).
 */
export async function pushConfiguration(payload: Payload, context: PushContext): Promise<PushReport> {
  const first = await attempt(payload, true, context);
  const { push } = first;
  if (push.result !== 'refused' || push.refusals.length > 0) return first;
  const second = await attempt(payload, false, { ...context, checkHash: false });
  return second.push.result === 'refused' || second.push.result === 'accepted' ? second : first;
}

/** Errors that are an answer: the request is over, and what it carried was not taken. */
const ANSWERED: ReadonlySet<Code> = new Set<Code>([
  'AdminAuthenticationFailed',
  'AdminForbidden',
  'AdminApiNotFound',
  'AdminHasDatabase',
  'AdminContentTypeRefused',
  'AdminPlainHttpOnTls',
  'AdminRedirected',
  'AdminApiFailed',
  'AdminAnswerUnexpected',
]);

async function attempt(payload: Payload, flattenErrors: boolean, context: PushContext): Promise<PushReport> {
  const release = await context.slots.take();
  const answered = new AbortController();
  const outcome = Promise.withResolvers<PushReport>();
  let handedOver = false;
  const request = context.admin.sendConfiguration(payload, {
    checkHash: context.checkHash,
    flattenErrors,
    signal: context.signal,
    onSent: () => {
      handedOver = true;
      release();
      watchOutcome(payload, context, answered.signal).then((report) => {
        if (report !== undefined) outcome.resolve(report);
      }, outcome.reject);
    },
  });
  request.finally(release).then(
    (answer) => {
      answered.abort();
      outcome.resolve({ push: resultOf(answer), connectionIsBusy: false });
    },
    (error: unknown) => {
      // After the last byte a broken connection says nothing about the configuration: the watch goes on.
      if (handedOver && isSilverbackError(error) && !ANSWERED.has(error.code)) return;
      answered.abort();
      if (isSilverbackError(error)) {
        outcome.resolve({ push: { result: 'failed', reason: reasonOf(error) }, connectionIsBusy: false });
      } else {
        outcome.reject(error);
      }
    },
  );
  return outcome.promise;
}

/** Reads the hash until it tells what became of a fully sent request; undefined once the request was answered. */
async function watchOutcome(
  payload: Payload,
  context: PushContext,
  answered: AbortSignal,
): Promise<PushReport | undefined> {
  const ended = AbortSignal.any([answered, context.signal]);
  const isAnswered = (): boolean => answered.aborted;
  const deadline = context.clock.now() + context.timing.applyTimeout;
  for (;;) {
    await sleep(context.clock, context.timing.outcomeInterval, ended);
    if (isAnswered()) return undefined;
    if (context.signal.aborted) return unknown('the session has ended');
    const status = await context.admin.status(context.signal).catch(ignoreUnreachable);
    if (isAnswered()) return undefined;
    if (status?.configurationHash === payload.hash)
      return { push: { result: 'accepted' }, connectionIsBusy: true };
    if (status && replaced(context.workerPids, status.workerPids)) {
      return unknown('every worker of the proxy was replaced meanwhile');
    }
    if (context.clock.now() >= deadline) return unknown('the time for it is over');
  }
}

/** While an outcome is open, a proxy that gives no answer is simply asked again. */
function ignoreUnreachable(error: unknown): undefined {
  reasonOf(error);
}

function unknown(message: string): PushReport {
  return { push: { result: 'unknown', reason: { code: 'OutcomeUnknown', message } }, connectionIsBusy: true };
}

/** Whether none of the workers of before is there any more: the node was restarted. */
export function replaced(before: readonly number[], after: readonly number[]): boolean {
  return before.length > 0 && after.length > 0 && before.every((pid) => !after.includes(pid));
}

function resultOf(outcome: ConfigOutcome): PushResult {
  switch (outcome.type) {
    case 'accepted':
    case 'unchanged':
      return { result: outcome.type };
    case 'refused':
      return { result: 'refused', refusals: outcome.refusals, message: outcome.message };
    case 'too-large':
      return {
        result: 'too-large',
        reason: {
          code: outcome.limit === 'body' ? 'ConfigurationExceedsBodyLimit' : 'ConfigurationExceedsDatabase',
          message: outcome.message,
        },
      };
    case 'busy':
      return {
        result: 'busy',
        reason: { code: 'ProxyBusy', message: outcome.message },
        ...(outcome.retryAfterMs === undefined ? {} : { retryAfterMs: outcome.retryAfterMs }),
      };
  }
}

/** The code and words of an error that this session can show. Throws on: what is not ours is a bug. */
export function reasonOf(error: unknown): SessionReason {
  if (isSilverbackError(error)) return { code: error.code, message: error.message };
  throw error;
}
