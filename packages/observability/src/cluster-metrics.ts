import { Counter, Gauge, type Registry } from 'prom-client';

/** What the metrics need to know of one kind of resource in the cluster. */
export interface KindSample {
  readonly kind: string;
  readonly isSynced: boolean;
  readonly objects: number;
  /** How long ago the API server was heard of; absent where the kind is not served. */
  readonly ageMs?: number;
}

/** What the metrics need to know of the lease. */
export interface LeadershipSample {
  readonly state: 'standby' | 'successor' | 'leader';
}

/** The cluster as it is now; asked at each scrape. */
export interface ClusterSample {
  readonly kinds: readonly KindSample[];
  /** Absent where there is no election. */
  readonly leadership?: LeadershipSample;
}

/** The metrics of the cluster that are counted when something happens. */
export interface ClusterMetrics {
  /** Counts a list of all objects of a kind. `reason` must come from a bounded set. */
  countList(kind: string, reason: string): void;
  countWatchEvents(kind: string, count: number): void;
  /** Counts bytes that the API server sent in lists and watches of a kind. */
  countReceivedBytes(kind: string, bytes: number): void;
  countKindFailure(kind: string): void;
  /** Counts something that was to be written into the cluster. All three come from bounded sets. */
  countWrite(what: string, kind: string, result: string): void;
}

const STATES = ['standby', 'successor', 'leader'] as const;

/** @param cluster - undefined where the resources don't come from a cluster */
export function registerClusterMetrics(
  registry: Registry,
  cluster: () => ClusterSample | undefined,
): ClusterMetrics {
  registerClusterGauges(registry, cluster);
  const lists = new Counter({
    name: 'silverback_kubernetes_lists_total',
    help: 'Lists of all objects of a kind, by their reason: start, expired (a watch could not go on) or lagging.',
    labelNames: ['kind', 'reason'] as const,
    registers: [registry],
  });
  const events = new Counter({
    name: 'silverback_kubernetes_watch_events_total',
    help: 'Changes of objects that watches told of.',
    labelNames: ['kind'] as const,
    registers: [registry],
  });
  const received = new Counter({
    name: 'silverback_kubernetes_received_bytes_total',
    help: 'Bytes that the API server sent in lists and watches of a kind.',
    labelNames: ['kind'] as const,
    registers: [registry],
  });
  const failures = new Counter({
    name: 'silverback_kubernetes_failures_total',
    help: 'Lists and watches that failed.',
    labelNames: ['kind'] as const,
    registers: [registry],
  });
  const writes = new Counter({
    name: 'silverback_kubernetes_writes_total',
    help: 'Statuses, events and ledgers that were to be written, by their result: written, failed (tried again), refused or forbidden.',
    labelNames: ['what', 'kind', 'result'] as const,
    registers: [registry],
  });
  return {
    countWrite: (what, kind, result) => {
      writes.inc({ what, kind, result });
    },
    countList: (kind, reason) => {
      lists.inc({ kind, reason });
    },
    countWatchEvents: (kind, count) => {
      events.inc({ kind }, count);
    },
    countReceivedBytes: (kind, bytes) => {
      received.inc({ kind }, bytes);
    },
    countKindFailure: (kind) => {
      failures.inc({ kind });
    },
  };
}

function registerClusterGauges(registry: Registry, cluster: () => ClusterSample | undefined): void {
  const kinds = (): readonly KindSample[] => cluster()?.kinds ?? [];
  new Gauge({
    name: 'silverback_kubernetes_objects',
    help: 'Objects of a kind that are known.',
    labelNames: ['kind'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { kind, objects } of kinds()) this.set({ kind }, objects);
    },
  });
  new Gauge({
    name: 'silverback_kubernetes_synced',
    help: '1 if all objects of a kind are known, or the kind is known not to be served.',
    labelNames: ['kind'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { kind, isSynced } of kinds()) this.set({ kind }, isSynced ? 1 : 0);
    },
  });
  new Gauge({
    name: 'silverback_kubernetes_last_heard_age_seconds',
    help: 'How long ago the API server said something of a kind; quiet watches hear of it about once a minute.',
    labelNames: ['kind'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { kind, ageMs } of kinds()) if (ageMs !== undefined) this.set({ kind }, ageMs / 1000);
    },
  });
  new Gauge({
    name: 'silverback_leadership_state',
    help: '1 for the state that this replica is in: standby, successor (not yet up to date) or leader.',
    labelNames: ['state'] as const,
    registers: [registry],
    collect() {
      this.reset();
      const leadership = cluster()?.leadership;
      if (!leadership) return;
      for (const state of STATES) this.set({ state }, leadership.state === state ? 1 : 0);
    },
  });
}
