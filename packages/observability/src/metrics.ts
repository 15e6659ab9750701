import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type ClusterMetrics, type ClusterSample, registerClusterMetrics } from './cluster-metrics.ts';
import { fleetGauges } from './fleet-gauges.ts';
import { type ProxySample, registerProxyMetrics } from './proxy-metrics.ts';
import { type DiscoveryMetrics, registerDiscoveryMetrics, type SourceSample } from './discovery-metrics.ts';

/** A configuration that proxies should hold. */
export interface DesiredSample {
  readonly hash: string;
  readonly bytes: number;
}

/** What the metrics need to know of a fleet; a fleet's report has it. */
export interface FleetSample {
  readonly name: string;
  /** Proxies that get the same configuration. */
  readonly groups: readonly { readonly desired?: DesiredSample }[];
  readonly proxies: readonly ProxySample[];
  readonly held: readonly unknown[];
  readonly problems: readonly { readonly severity: 'error' | 'warning' }[];
  /** Where its proxies are found. */
  readonly sources?: readonly SourceSample[];
  /** How the credentials stand with which its Admin APIs are reached. */
  readonly identity?: {
    readonly generation: number;
    /** When the client certificate ends. */
    readonly expiresAt?: Date;
    /** When the first CA of the bundle ends. */
    readonly caExpiresAt?: Date;
    readonly refusedChanges: number;
  };
}

export interface MetricsOptions {
  /** The fleets as they are now; asked at each scrape. */
  readonly fleets: () => readonly FleetSample[];
  /** Every state that a proxy can be in: each has a series, so that a count of 0 shows. */
  readonly proxyStates: readonly string[];
  /** The cluster that the resources come from; undefined where they come from elsewhere. */
  readonly cluster?: () => ClusterSample | undefined;
  /** Also memory, event loop and garbage collection of the process. Default: true. */
  readonly processMetrics?: boolean;
}

/** The metrics of the controller. Labels are bounded: what has a series per proxy forgets the proxies that are gone. */
export interface Metrics extends DiscoveryMetrics, ClusterMetrics {
  /** Counts the outcome of one push. */
  countPush(fleet: string, result: string): void;
  /** Counts bytes that were handed over to a proxy in full. */
  countBytes(fleet: string, bytes: number): void;
  /** Counts a proxy that was found with a configuration that is not the one it should hold. */
  countDrift(fleet: string): void;
  /** Notes how long one translation of all changes took. */
  observeTranslation(seconds: number): void;
  /** The content type of {@link render}. */
  readonly contentType: string;
  /** Everything in the text format of Prometheus. */
  render(): Promise<string>;
}

/** Makes a registry of its own with the controller's metrics. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  if (options.processMetrics !== false) collectDefaultMetrics({ register: registry });
  return registerMetrics(registry, options);
}

/** A metric, for the reference. */
export interface MetricDescription {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly meaning: string;
}

/** Every metric of the controller, in alphabetical order, without those of the process. */
export function describeMetrics(): readonly MetricDescription[] {
  const registry = new Registry();
  registerMetrics(registry, { fleets: () => [], proxyStates: [] });
  // What prom-client keeps of a metric is not in its types.
  const metrics = registry.getMetricsAsArray() as unknown as readonly {
    readonly name: string;
    readonly type: string;
    readonly labelNames: readonly string[];
    readonly help: string;
  }[];
  return metrics
    .map(({ name, type, labelNames, help }) => ({ name, type, labels: labelNames, meaning: help }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function registerMetrics(registry: Registry, options: MetricsOptions): Metrics {
  registerFleetGauges(registry, options);
  registerIdentityMetrics(registry, options);
  registerProxyMetrics(registry, options.fleets);
  const discovery = registerDiscoveryMetrics(registry, options.fleets);
  const cluster = registerClusterMetrics(registry, () => options.cluster?.());
  const pushes = new Counter({
    name: 'silverback_pushes_total',
    help: 'Configurations sent to proxies, by their outcome.',
    labelNames: ['fleet', 'result'] as const,
    registers: [registry],
  });
  const bytes = new Counter({
    name: 'silverback_pushed_bytes_total',
    help: 'Bytes of configurations that were handed over to proxies in full.',
    labelNames: ['fleet'] as const,
    registers: [registry],
  });
  const drifts = new Counter({
    name: 'silverback_drifts_total',
    help: 'Configurations that proxies held and should not: lost, or replaced by somebody else.',
    labelNames: ['fleet'] as const,
    registers: [registry],
  });
  const translation = new Histogram({
    name: 'silverback_translation_duration_seconds',
    help: 'Time from changed resources to fragments.',
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 1, 5, 20],
    registers: [registry],
  });
  return {
    ...discovery,
    ...cluster,
    countPush: (fleet, result) => {
      pushes.inc({ fleet, result });
    },
    countBytes: (fleet, count) => {
      bytes.inc({ fleet }, count);
    },
    countDrift: (fleet) => {
      drifts.inc({ fleet });
    },
    observeTranslation: (seconds) => {
      translation.observe(seconds);
    },
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}

/** Gauges that are filled from the fleets at each scrape, so that they can never be stale. */
function registerFleetGauges(registry: Registry, options: MetricsOptions): void {
  const gauge = fleetGauges(registry, options.fleets);
  gauge('silverback_proxies', 'Proxies of a fleet by state.', ['fleet', 'state'], (fleet, set) => {
    for (const state of options.proxyStates) {
      set({ fleet: fleet.name, state }, fleet.proxies.filter((proxy) => proxy.state === state).length);
    }
  });
  gauge(
    'silverback_desired_configuration_info',
    'The hashes of the configurations that proxies of a fleet should hold, one for each kind of proxy; always 1.',
    ['fleet', 'hash'],
    (fleet, set) => {
      for (const { hash } of desiredOf(fleet)) set({ fleet: fleet.name, hash }, 1);
    },
  );
  gauge('silverback_payload_bytes', 'Size of the largest desired configuration.', ['fleet'], (fleet, set) => {
    const sizes = desiredOf(fleet).map(({ bytes }) => bytes);
    if (sizes.length > 0) set({ fleet: fleet.name }, Math.max(...sizes));
  });
  gauge(
    'silverback_held_resources',
    'Resources whose newest form Kong refused; an earlier form, or nothing, is served instead.',
    ['fleet'],
    (fleet, set) => {
      set({ fleet: fleet.name }, fleet.held.length);
    },
  );
  gauge('silverback_problems', 'Problems with resources.', ['fleet', 'severity'], (fleet, set) => {
    for (const severity of ['error', 'warning'] as const) {
      set(
        { fleet: fleet.name, severity },
        fleet.problems.filter((problem) => problem.severity === severity).length,
      );
    }
  });
}

function desiredOf({ groups }: FleetSample): readonly DesiredSample[] {
  return groups.flatMap(({ desired }) => desired ?? []);
}

/** What there is to watch of certificates and their reloads; read from the fleets at each scrape. */
function registerIdentityMetrics(registry: Registry, options: MetricsOptions): void {
  const identities = () =>
    options.fleets().flatMap(({ name, identity }) => (identity ? [{ fleet: name, ...identity }] : []));
  new Gauge({
    name: 'silverback_certificate_expiry_timestamp_seconds',
    help: 'When a certificate of a fleet ends: its client certificate, or the first CA of its bundle.',
    labelNames: ['fleet', 'kind'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { fleet, expiresAt, caExpiresAt } of identities()) {
        if (expiresAt) this.set({ fleet, kind: 'client' }, expiresAt.getTime() / 1000);
        if (caExpiresAt) this.set({ fleet, kind: 'ca' }, caExpiresAt.getTime() / 1000);
      }
    },
  });
  new Gauge({
    name: 'silverback_identity_generation',
    help: 'Grows by one with each change of credentials that is used.',
    labelNames: ['fleet'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { fleet, generation } of identities()) this.set({ fleet }, generation);
    },
  });
  new Counter({
    name: 'silverback_identity_reload_failures_total',
    help: 'Changes of credentials that were refused because the new ones cannot be used.',
    labelNames: ['fleet'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { fleet, refusedChanges } of identities()) this.inc({ fleet }, refusedChanges);
    },
  });
}
