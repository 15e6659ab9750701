import type { ClusterEvent, LeadershipEvent, WriteEvent } from '@silverback/kubernetes';
import type { Logger, Metrics } from '@silverback/observability';

/** Brings what happens to the cluster as a source into the log and into the metrics. */
export function observeClusterEvent(
  event: ClusterEvent,
  logger: Logger,
  metrics: Pick<Metrics, 'countList' | 'countWatchEvents' | 'countReceivedBytes' | 'countKindFailure'>,
): void {
  if (event.type === 'undiscovered') {
    const level = event.isNew ? 'warn' : 'debug';
    logger.log(level, 'the API server does not say which kinds it serves', {
      event: 'cluster-undiscovered',
      reason: event.message,
    });
    return;
  }
  if (event.type === 'unchecked') {
    logger.log('warn', 'it could not be seen whether a definition lacks fields', {
      event: 'definition-unchecked',
      kind: event.kind,
      reason: event.message,
    });
    return;
  }
  const { kind, type } = event;
  const fields = { event: `kind-${type}`, kind };
  switch (event.type) {
    case 'listed':
      metrics.countList(kind, event.reason);
      logger.log(event.reason === 'start' ? 'debug' : 'info', 'all objects of a kind were listed', {
        ...fields,
        reason: event.reason,
        objects: event.objects,
      });
      return;
    case 'events':
      metrics.countWatchEvents(kind, event.count);
      return;
    case 'received':
      metrics.countReceivedBytes(kind, event.bytes);
      return;
    case 'failed':
      metrics.countKindFailure(kind);
      logger.log(event.isNew ? 'warn' : 'debug', 'a kind can not be listed or watched', {
        ...fields,
        reason: event.message,
      });
      return;
    case 'recovered':
      logger.log('info', 'a kind can be watched again', fields);
      return;
    case 'appeared':
      logger.log('info', 'a kind is served now', fields);
      return;
    case 'vanished':
      logger.log('warn', 'a kind is no longer served; its objects stay for five minutes', fields);
      return;
  }
}

/** Brings what happens to the lease into the log. */
export function observeLeadership(event: LeadershipEvent, logger: Logger): void {
  if (event.type === 'state') {
    const { state, holder } = event;
    logger.log('info', 'this replica has another part', { event: 'leadership', state, holder });
  } else {
    logger.log('warn', 'the lease can not be read or written', { event: 'lease-failed', error: event.error });
  }
}

/** Brings what becomes of writes into the cluster into the log and into the metrics. */
export function observeWrite(
  what: 'status' | 'event' | 'ledger',
  event: WriteEvent,
  logger: Logger,
  metrics: Pick<Metrics, 'countWrite'>,
): void {
  const { type, kind } = event;
  metrics.countWrite(what, kind, type);
  const fields = { event: `${what}-${type}`, kind };
  switch (event.type) {
    case 'written':
      logger.log('debug', 'something was written into the cluster', fields);
      return;
    case 'forbidden':
      logger.log('error', 'a role lacks the right to write into the cluster', {
        ...fields,
        reason: event.message,
      });
      return;
    case 'refused':
      logger.log('error', 'the API server refuses what is written', {
        ...fields,
        object: event.key,
        reason: event.message,
      });
      return;
    case 'failed':
      logger.log('debug', 'a write into the cluster is tried again', { ...fields, reason: event.message });
  }
}
