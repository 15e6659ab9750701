import type { Registry } from 'prom-client';
import { fleetGauges } from './fleet-gauges.ts';

/** What the metrics need to know of a proxy. */
export interface ProxySample {
  readonly name: string;
  readonly state: string;
  /** How long it has not held what it should, in ms. */
  readonly lagMs: number;
  /** How long its last accepted configuration took to apply, in ms. */
  readonly lastApplyMs?: number;
  /** The hash that it last said it holds. */
  readonly reportedHash?: string;
}

/** Registers the metrics that have a series for each proxy; a proxy that has left has none. */
export function registerProxyMetrics(
  registry: Registry,
  fleets: () => readonly { readonly name: string; readonly proxies: readonly ProxySample[] }[],
): void {
  const gauge = fleetGauges(registry, fleets);
  gauge(
    'silverback_proxy_lag_seconds',
    'How long a proxy has not held what it should; 0 when it is in sync.',
    ['fleet', 'proxy'],
    (fleet, set) => {
      for (const proxy of fleet.proxies) set({ fleet: fleet.name, proxy: proxy.name }, proxy.lagMs / 1000);
    },
  );
  gauge(
    'silverback_proxy_apply_seconds',
    'How long the last accepted configuration of a proxy took to apply.',
    ['fleet', 'proxy'],
    (fleet, set) => {
      for (const { name, lastApplyMs } of fleet.proxies) {
        if (lastApplyMs !== undefined) set({ fleet: fleet.name, proxy: name }, lastApplyMs / 1000);
      }
    },
  );
  gauge(
    'silverback_proxy_configuration_info',
    'The hash of the configuration that a proxy says it holds; always 1.',
    ['fleet', 'proxy', 'hash'],
    (fleet, set) => {
      for (const { name, reportedHash } of fleet.proxies) {
        if (reportedHash !== undefined) set({ fleet: fleet.name, proxy: name, hash: reportedHash }, 1);
      }
    },
  );
}
