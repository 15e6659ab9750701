import { ApiFailure, badRequest, type FailureCause } from '../api-failure.ts';
import { readVersion } from './list.ts';

/** What a client asks of a watch. */
export interface WatchRequest {
  /** What happened after this revision is told first; undefined: everything that is there is told first. */
  readonly since: number | undefined;
  /** The client asked for the initial list within the watch. */
  readonly wantsInitialEvents: boolean;
  readonly allowsBookmarks: boolean;
  readonly timeoutMs: number;
}

/** Which watches the API server allows. */
export interface WatchPolicy {
  /** Serve the initial list within a watch (`sendInitialEvents`); older API servers refuse that. */
  readonly offersInitialEvents: boolean;
  /** How long a watch lasts that doesn't say so, in ms. */
  readonly timeoutMs: number;
}

/**
 * Reads the query of a watch.
 *
 * @throws ApiFailure 400 or 422 for what can't be
 */
export function readWatchRequest(query: URLSearchParams, policy: WatchPolicy): WatchRequest {
  const version = query.get('resourceVersion') ?? '';
  const initial = query.get('sendInitialEvents');
  const match = query.get('resourceVersionMatch') ?? '';
  const causes = refusals(initial, match, policy);
  if (causes.length > 0) throw refusal(causes);
  const seconds = query.get('timeoutSeconds');
  const revision = version === '' ? 0 : readVersion(version);
  const tellsNothing = initial === 'false' && revision === 0;
  const tellsAll = initial === 'true' || (initial === null && revision === 0);
  return {
    since: tellsAll ? undefined : tellsNothing ? Infinity : revision,
    wantsInitialEvents: initial === 'true',
    allowsBookmarks: ['true', '1'].includes(query.get('allowWatchBookmarks') ?? ''),
    timeoutMs: seconds === null || seconds === '0' ? policy.timeoutMs : readSeconds(seconds) * 1000,
  };
}

function refusals(initial: string | null, match: string, policy: WatchPolicy): FailureCause[] {
  const forbidden = (field: string, why: string): FailureCause => ({
    reason: 'FieldValueForbidden',
    message: `Forbidden: ${why}`,
    field,
  });
  if (initial === null)
    return match === ''
      ? []
      : [
          forbidden(
            'resourceVersionMatch',
            'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
          ),
        ];
  if (!policy.offersInitialEvents)
    return [
      forbidden(
        'sendInitialEvents',
        'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
      ),
    ];
  if (match === 'NotOlderThan') return [];
  return [
    forbidden(
      'resourceVersionMatch',
      'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ),
  ];
}

function refusal(causes: readonly FailureCause[]): ApiFailure {
  const words = causes.map(({ field, message }) => `${field ?? ''}: ${message}`).join(', ');
  return new ApiFailure(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${words}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes,
  });
}

function readSeconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badRequest(`invalid timeoutSeconds: ${text}`);
}
