import { Counter, Gauge, type Registry } from 'prom-client';

/** What the metrics need to know of one source of proxies; a fleet's discovery has it. */
export interface SourceSample {
  /** Unique within the fleet; from the settings. */
  readonly source: string;
  readonly members: number;
  readonly health: { readonly state: 'ok' | 'stale' | 'failing' };
  /** Absent before the first good answer. */
  readonly lastGoodAgeMs?: number;
}

/** The metrics of discovery that are counted when something happens. */
export interface DiscoveryMetrics {
  /** Counts proxies that a source found or no longer has. */
  countMembershipChange(fleet: string, source: string, joined: number, left: number): void;
  /** Counts a report of a source that is not well. `code` must come from a bounded set. */
  countDiscoveryFailure(fleet: string, source: string, code: string): void;
}

const STATES = ['ok', 'stale', 'failing'] as const;

/** @param fleets - the fleets as they are now; asked at each scrape */
export function registerDiscoveryMetrics(
  registry: Registry,
  fleets: () => readonly { readonly name: string; readonly sources?: readonly SourceSample[] }[],
): DiscoveryMetrics {
  registerSourceGauges(registry, () =>
    fleets().flatMap(({ name, sources = [] }) => sources.map((source) => ({ fleet: name, ...source }))),
  );
  const changes = new Counter({
    name: 'silverback_discovery_changes_total',
    help: 'Proxies that a source found (joined) or no longer has (left).',
    labelNames: ['fleet', 'source', 'change'] as const,
    registers: [registry],
  });
  const failures = new Counter({
    name: 'silverback_discovery_errors_total',
    help: 'Reports of a source that was not well, by the code of the reason.',
    labelNames: ['fleet', 'source', 'code'] as const,
    registers: [registry],
  });
  return {
    countMembershipChange: (fleet, source, joined, left) => {
      changes.inc({ fleet, source, change: 'joined' }, joined);
      changes.inc({ fleet, source, change: 'left' }, left);
    },
    countDiscoveryFailure: (fleet, source, code) => {
      failures.inc({ fleet, source, code });
    },
  };
}

function registerSourceGauges(
  registry: Registry,
  sources: () => readonly (SourceSample & { readonly fleet: string })[],
): void {
  new Gauge({
    name: 'silverback_discovery_members',
    help: 'Proxies that a source knows.',
    labelNames: ['fleet', 'source'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { fleet, source, members } of sources()) this.set({ fleet, source }, members);
    },
  });
  new Gauge({
    name: 'silverback_discovery_source_state',
    help: '1 for the state that a source is in: ok, stale (its last good answer still counts) or failing.',
    labelNames: ['fleet', 'source', 'state'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { fleet, source, health } of sources()) {
        for (const state of STATES) this.set({ fleet, source, state }, health.state === state ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: 'silverback_discovery_last_good_answer_age_seconds',
    help: 'Age of the last good answer of a source; for endpoints of a cluster how long ago the API server was heard of (quiet watches about once a minute), 0 for files.',
    labelNames: ['fleet', 'source'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { fleet, source, lastGoodAgeMs } of sources()) {
        if (lastGoodAgeMs !== undefined) this.set({ fleet, source }, lastGoodAgeMs / 1000);
      }
    },
  });
}
