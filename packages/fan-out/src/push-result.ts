import type { ConfigOutcome } from '@silverback/kong-admin';
import type { PushResult } from './events.ts';

/**
 * What the outcome of a request means for a session.
 *
 * @param bytes - size of the payload
 */
export function resultOf(outcome: ConfigOutcome, bytes: number): PushResult {
  switch (outcome.type) {
    case 'accepted':
    case 'unchanged':
      return { result: outcome.type };
    case 'refused':
      return {
        result: 'refused',
        refusals: outcome.refusals,
        message: outcome.message,
        ...(outcome.isContradiction && { isContradiction: true }),
      };
    case 'too-large':
      return tooLarge(outcome, bytes);
    case 'busy':
      return {
        result: 'busy',
        reason: { code: 'ProxyBusy', message: outcome.message },
        ...(outcome.retryAfterMs === undefined ? {} : { retryAfterMs: outcome.retryAfterMs }),
      };
  }
}

function tooLarge(
  { limit, message }: Extract<ConfigOutcome, { type: 'too-large' }>,
  bytes: number,
): PushResult {
  const words = message === '' ? '' : ` (${message})`;
  return {
    result: 'too-large',
    reason:
      limit === 'body'
        ? {
            code: 'ConfigurationExceedsBodyLimit',
            message: `nginx_admin_client_max_body_size or nginx_admin_client_body_buffer_size is below ${bytes} bytes${words}`,
          }
        : {
            code: 'ConfigurationExceedsDatabase',
            message: `lmdb_map_size has no room for a configuration of ${bytes} bytes${words}`,
          },
  };
}
