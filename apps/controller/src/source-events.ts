import type { SourceEvent } from '@silverback/discovery';
import { CODES } from '@silverback/errors';
import type { Logger, Metrics } from '@silverback/observability';

/** Brings what happens to the sources of a fleet's proxies into the log and into the metrics. */
export function observeSourceEvent(
  fleet: string,
  event: SourceEvent,
  logger: Logger,
  metrics: Pick<Metrics, 'countMembershipChange' | 'countDiscoveryFailure'>,
): void {
  const { source } = event;
  const fields = { event: `source-${event.type}`, fleet, source };
  if (event.type === 'members-changed') {
    const [joined, left] = [event.joined.length, event.left.length];
    metrics.countMembershipChange(fleet, source, joined, left);
    logger.log('debug', 'a source of proxies changed', { ...fields, joined, left, proxies: event.members });
  } else if (event.type === 'failed') {
    const { state, code, message } = event.health;
    // Codes of somebody else's backend are not bounded.
    metrics.countDiscoveryFailure(fleet, source, Object.hasOwn(CODES, code) ? code : 'other');
    const level = event.isNew ? 'warn' : 'debug';
    logger.log(level, 'a source of proxies is not well', { ...fields, state, code, reason: message });
  } else {
    logger.log('info', 'a source of proxies is well again', fields);
  }
}
