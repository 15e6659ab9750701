import type { FleetEvent } from '@silverback/fleet';
import type { LogFields, Logger, LogLevel, Metrics } from '@silverback/observability';

/** How events of one type are logged. */
interface EventLog<E> {
  readonly level: LogLevel | ((event: E) => LogLevel);
  /** Constant for the type: what varies is a field. */
  readonly message: string;
  readonly fields: (event: E) => LogFields;
}

type EventOf<T extends FleetEvent['type']> = FleetEvent & { readonly type: T };

const PUSH_LEVELS: Readonly<Record<EventOf<'pushed'>['result'], LogLevel>> = {
  accepted: 'info',
  unchanged: 'info',
  refused: 'warn',
  'too-large': 'error',
  failed: 'warn',
  unknown: 'warn',
  busy: 'warn',
};

/** Outcomes before which the whole body was handed over. */
const HANDED_OVER: ReadonlySet<EventOf<'pushed'>['result']> = new Set([
  'accepted',
  'unchanged',
  'refused',
  'unknown',
]);

const STATE_LEVELS: Readonly<Record<EventOf<'state-changed'>['to'], LogLevel>> = {
  connecting: 'debug',
  'in-sync': 'info',
  pushing: 'debug',
  waiting: 'debug',
  rejected: 'warn',
  contended: 'warn',
  unreachable: 'warn',
  leaving: 'debug',
};

const EVENT_LOGS: { readonly [T in FleetEvent['type']]: EventLog<EventOf<T>> } = {
  joined: {
    level: 'info',
    message: 'a proxy joined the fleet',
    fields: ({ proxy }) => ({ proxy: proxy.name, origin: proxy.origin }),
  },
  left: { level: 'info', message: 'a proxy left the fleet', fields: ({ proxy }) => ({ proxy: proxy.name }) },
  'state-changed': {
    level: ({ to }) => STATE_LEVELS[to],
    message: 'the state of a proxy changed',
    fields: ({ proxy, from, to, reason }) => ({ proxy: proxy.name, from, to, ...reasonFields(reason) }),
  },
  'hash-reported': {
    level: 'debug',
    message: 'a proxy reported its configuration',
    fields: ({ proxy, hash }) => ({ proxy: proxy.name, hash }),
  },
  'information-read': {
    level: 'debug',
    message: 'a proxy told about itself',
    fields: ({ proxy, information }) => ({
      proxy: proxy.name,
      version: information.version,
      routerFlavor: information.routerFlavor,
      nodeId: information.nodeId,
    }),
  },
  restarted: { level: 'warn', message: 'a proxy restarted', fields: ({ proxy }) => ({ proxy: proxy.name }) },
  'push-started': {
    level: 'debug',
    message: 'a configuration is being sent',
    fields: ({ proxy, payload }) => ({ proxy: proxy.name, hash: payload.hash, bytes: payload.byteLength }),
  },
  pushed: {
    level: ({ result }) => PUSH_LEVELS[result],
    message: 'a configuration was sent',
    fields: pushFields,
  },
  drifted: {
    level: 'warn',
    message: 'a proxy holds what it should not',
    fields: ({ proxy, expectedHash, reportedHash, repairInMs }) => ({
      proxy: proxy.name,
      expectedHash,
      reportedHash,
      repairInMs: Math.round(repairInMs),
    }),
  },
  'size-near-limit': {
    level: 'warn',
    message: 'the configuration is near to the largest that a proxy takes',
    fields: ({ proxy, bytes, limitBytes }) => ({
      proxy: proxy.name,
      code: 'ConfigurationNearsSizeLimit',
      bytes,
      limitBytes,
    }),
  },
  composed: { level: 'debug', message: 'a configuration was made', fields: payloadFields },
  candidate: { level: 'info', message: 'a new configuration is tried', fields: payloadFields },
  released: { level: 'info', message: 'a configuration goes to all proxies', fields: payloadFields },
  quarantined: {
    level: 'error',
    message: 'Kong refuses resources, which are held back',
    fields: ({ roots, reason }) => ({ resources: roots, reason }),
  },
  unquarantined: {
    level: 'info',
    message: 'Kong accepts resources that it refused before',
    fields: ({ roots }) => ({ resources: roots }),
  },
  'refused-unnamed': {
    level: 'error',
    message: 'Kong refuses a configuration and names nothing in it',
    fields: (event) => ({ ...payloadFields(event), reason: event.reason }),
  },
  searching: {
    level: 'warn',
    message: 'Kong names nothing that it refuses, which is looked for',
    fields: ({ withheld, reason }) => ({ withheld, reason }),
  },
  'shrink-held': {
    level: 'error',
    message: 'a configuration that lost most of its routes when the source was read anew is held',
    fields: (event) => ({ ...payloadFields(event), routesBefore: event.routesBefore }),
  },
  'state-failed': {
    level: 'error',
    message: 'what must outlive a restart cannot be read or stored',
    fields: ({ code, reason }) => ({ code, reason }),
  },
  odd: {
    level: 'warn',
    message: 'a proxy refuses what others accept',
    fields: ({ proxyName, reason }) => ({ proxy: proxyName, code: 'OddProxy', reason }),
  },
};

/** Brings the events of fleets into the log and into the metrics. */
export function observeFleetEvent(
  event: FleetEvent,
  logger: Logger,
  metrics: Pick<Metrics, 'countPush' | 'countBytes' | 'countDrift'>,
): void {
  const { level, message, fields } = EVENT_LOGS[event.type] as EventLog<FleetEvent>;
  logger.log(typeof level === 'function' ? level(event) : level, message, {
    event: event.type,
    fleet: event.fleet,
    ...(event.group !== undefined && { group: event.group }),
    ...fields(event),
  });
  if (event.type === 'drifted') metrics.countDrift(event.fleet);
  if (event.type !== 'pushed') return;
  metrics.countPush(event.fleet, event.result);
  if (HANDED_OVER.has(event.result)) metrics.countBytes(event.fleet, event.payload.byteLength);
}

function payloadFields({ payload }: Pick<EventOf<'candidate'>, 'payload'>): LogFields {
  return { hash: payload.hash, bytes: payload.byteLength, ...payload.counts };
}

function pushFields(event: EventOf<'pushed'>): LogFields {
  return {
    proxy: event.proxy.name,
    hash: event.payload.hash,
    result: event.result,
    durationMs: Math.round(event.durationMs),
    ...('reason' in event && reasonFields(event.reason)),
    ...(event.result === 'refused' && { reason: event.message, refusals: event.refusals }),
  };
}

function reasonFields(reason: { readonly code: string; readonly message: string } | undefined): LogFields {
  return reason === undefined ? {} : { code: reason.code, reason: reason.message };
}
