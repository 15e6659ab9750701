import type { Clock } from '@silverback/clock';
import { isSilverbackError, type Code } from '@silverback/errors';
import type { AdminApi, NodeStatus } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';
import type { PushResult, SessionReason } from './events.ts';
import { watchOutcome, type OpenRequest } from './outcome-watch.ts';
import { resultOf } from './push-result.ts';
import { reasonOf } from './reason.ts';
import type { FanOutTiming } from './timing.ts';
import { UploadProgress } from './upload-progress.ts';
import type { UploadSlots } from './upload-slots.ts';

/** What a push needs to know. */
export interface PushContext {
  readonly admin: () => AdminApi;
  readonly clock: Clock;
  readonly slots: UploadSlots;
  readonly timing: Pick<FanOutTiming, 'outcomeInterval' | 'applyTimeout' | 'uploadStall'>;
  /** What the proxy said before the push. */
  readonly before: NodeStatus;
  /** Whether the proxy reports the payload already. */
  readonly isHeld: boolean;
  /** False to have the node apply bytes that it holds already. */
  readonly checkHash: boolean;
  /** Whether a refusal that names nothing is asked for once more. */
  readonly asksWhy: boolean;
  /** Whether the payload is still the one to send. Asked right before each request. */
  readonly isWanted: () => boolean;
  /** Whether this replica may send at all. Asked right before each request and each slice. */
  readonly mayPush: () => boolean;
  /** Told right before the first request. */
  readonly onStart: () => void;
  /** Told what is open from now on, and undefined when it isn't any more. */
  readonly onOpen: (request: OpenRequest | undefined) => void;
  /** Ends the wait for a connection or a slot. */
  readonly nothingNew: AbortSignal;
  /** Ends an upload that has not been fully handed over, and the watch of one that has. */
  readonly signal: AbortSignal;
}

/** What became of a push. */
export interface PushReport {
  /** Undefined if nothing was sent, because it was not wanted any more. */
  readonly push: PushResult | undefined;
  /** True when the connection still belongs to a request without an answer. */
  readonly connectionIsBusy: boolean;
  /** When the first request began, in ms of the clock; undefined if it came to none. */
  readonly startedAt?: number;
  /** From the last byte to the answer, in ms, where it was accepted. */
  readonly applyMs?: number;
}

const WITHDRAWN: PushReport = { push: undefined, connectionIsBusy: false };

export const NOT_LEADER: SessionReason = {
  code: 'NotLeader',
  message: 'another replica of the controller leads, or this one has lost its lease',
};

/**
 * Sends a configuration to one proxy and stays until it is known what became of it.
 *
 * A fully sent request is never given up: see {@link watchOutcome}. A refusal that names nothing is asked for once more,
 * at once, without `flatten_errors`: Kong loses dangling references with it (observed on Kong 3.9.3); unless nobody will
 * draw conclusions from it.
 */
export async function pushConfiguration(payload: Payload, context: PushContext): Promise<PushReport> {
  let startedAt: number | undefined;
  const onStart = (): void => {
    if (startedAt === undefined) context.onStart();
    startedAt ??= context.clock.now();
  };
  const report = await asOftenAsNeeded(payload, { ...context, onStart });
  return startedAt === undefined ? report : { ...report, startedAt };
}

async function asOftenAsNeeded(payload: Payload, context: PushContext): Promise<PushReport> {
  const first = await attempt(payload, true, context);
  if (first.push?.result !== 'refused' || first.push.refusals.length > 0 || !context.asksWhy) return first;
  const second = await attempt(payload, false, { ...context, checkHash: false });
  const tellsMore = second.push?.result === 'refused' || second.push?.result === 'accepted';
  // An open outcome is never dropped, whatever the first request said.
  return tellsMore || second.connectionIsBusy ? second : first;
}

async function attempt(payload: Payload, flattenErrors: boolean, context: PushContext): Promise<PushReport> {
  let release: (() => void) | undefined;
  let isStarted = false;
  try {
    const admin = context.admin();
    // Connecting has its own lane: a proxy that can't be reached never holds a slot.
    await admin.connect?.(context.nothingNew);
    release = await context.slots.take(context.nothingNew);
    if (release === undefined || !context.isWanted() || !context.mayPush()) return WITHDRAWN;
    isStarted = true;
    return await upload(admin, payload, flattenErrors, context, release);
  } catch (error) {
    if (!isStarted && context.nothingNew.aborted) return WITHDRAWN;
    return { push: { result: 'failed', reason: reasonOf(error) }, connectionIsBusy: false };
  } finally {
    release?.();
  }
}

/** Errors that are an answer: the request is over, and what it carried was not taken. */
const ANSWERED: ReadonlySet<Code> = new Set<Code>([
  'AdminAuthenticationFailed',
  'AdminForbidden',
  'AdminApiNotFound',
  'AdminHasDatabase',
  'AdminContentTypeRefused',
  'AdminPlainHttpOnTls',
  'TlsClientCertificateRefused',
  'AdminRedirected',
  'AdminApiFailed',
  'AdminAnswerUnexpected',
  'AdminAnswerTooLarge',
  'AdminAnswerIncomplete',
]);

async function upload(
  admin: AdminApi,
  payload: Payload,
  flattenErrors: boolean,
  context: PushContext,
  release: () => void,
): Promise<PushReport> {
  const { clock, timing } = context;
  const { rate } = context.slots;
  const startedAt = clock.now();
  const patienceMs = rate.patienceMs(payload.byteLength);
  const progress = new UploadProgress(clock, timing.uploadStall, patienceMs, release);
  const settled = new AbortController();
  const broken = new AbortController();
  const report = Promise.withResolvers<PushReport>();
  let sentAt: number | undefined;
  let isFenced = false;
  const handedOver = (): void => {
    const at = clock.now();
    sentAt = at;
    progress.end();
    rate.note(payload.byteLength, at - startedAt);
    const open = {
      hash: payload.hash,
      isRepeat: context.isHeld,
      before: context.before,
      settled: settled.signal,
      broken: broken.signal,
      deadline: at + timing.applyTimeout,
    };
    context.onOpen(open);
    watchOutcome(open, context).then((push) => {
      const applyMs = push?.result === 'accepted' ? { applyMs: clock.now() - at } : {};
      if (push) report.resolve({ push, connectionIsBusy: true, ...applyMs });
    }, report.reject);
  };
  context.onStart();
  admin
    .sendConfiguration(payload, {
      checkHash: context.checkHash,
      flattenErrors,
      signal: context.signal,
      onSent: handedOver,
      maySend: () => {
        isFenced = !context.mayPush();
        progress.made();
        return !isFenced;
      },
    })
    .then(
      (outcome) => {
        const push = resultOf(outcome, payload.byteLength);
        const applyMs = outcome.type === 'accepted' ? { applyMs: outcome.durationMs } : {};
        report.resolve({ push, connectionIsBusy: false, ...applyMs });
      },
      (error: unknown) => {
        // After the last byte a broken connection says nothing about the configuration: the watch goes on.
        if (sentAt !== undefined && isSilverbackError(error) && !ANSWERED.has(error.code)) {
          if (error.code === 'ConnectionReset') broken.abort();
          return;
        }
        if (isFenced) report.resolve(fenced());
        else report.reject(error);
      },
    );
  try {
    return await report.promise;
  } finally {
    progress.end();
    // A session that is ended leaves what is open to the next one for this proxy.
    if (!context.signal.aborted) {
      settled.abort();
      context.onOpen(undefined);
    }
  }
}

function fenced(): PushReport {
  return { push: { result: 'failed', reason: NOT_LEADER }, connectionIsBusy: false };
}
