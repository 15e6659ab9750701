import { type BackendServices, type DiscoverySource, FleetDiscovery } from '@silverback/discovery';
import type { FleetSettings } from '@silverback/settings';
import { ClusterEndpoints, endpointsAgeMs } from '../cluster-endpoints.ts';
import type { DiscoveryBackends } from '../discovery-backends.ts';
import { observeSourceEvent } from '../source-events.ts';
import type { Composition } from './container.ts';
import {
  CLOCK,
  CLUSTER_ENDPOINTS,
  CLUSTER_SOURCE,
  CLUSTER_STATE,
  DISCOVERIES,
  DISCOVERY_BACKENDS,
  LOGGER,
  METRICS,
  SETTINGS,
} from './tokens.ts';

export function registerDiscovery(composition: Composition): void {
  composition.provide(
    CLUSTER_ENDPOINTS,
    (resolve) =>
      new ClusterEndpoints(resolve(CLUSTER_STATE), () => endpointsAgeMs(resolve(CLUSTER_SOURCE)?.progress())),
  );
  composition.provide(DISCOVERIES, (resolve) => {
    const services = { clock: resolve(CLOCK), endpoints: resolve(CLUSTER_ENDPOINTS) };
    const backends = resolve(DISCOVERY_BACKENDS);
    return new Map(
      resolve(SETTINGS).fleets.map((fleet) => {
        const discovery = new FleetDiscovery({
          clock: services.clock,
          sources: sourcesOf(fleet, backends, services),
          onEvent: (event) => {
            observeSourceEvent(fleet.name, event, resolve(LOGGER), resolve(METRICS));
          },
        });
        return [fleet.name, discovery] as const;
      }),
    );
  });
}

/** The entries of a fleet, named after their backends: a second one of a kind is `static-2`. */
function sourcesOf(
  fleet: FleetSettings,
  { registry, directory }: DiscoveryBackends,
  services: BackendServices,
): DiscoverySource[] {
  const context = { fleet: fleet.name, insecure: fleet.insecure, directory };
  const counts = new Map<string, number>();
  return fleet.discovery.map((entry) => {
    const parsed = registry.parseEntry(entry, context);
    // The settings were checked with the same backends.
    if (!parsed.ok) throw new Error(`fleet ${fleet.name} has an unchecked discovery`);
    const { name } = parsed.settings;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { name: count === 1 ? name : `${name}-${count}`, discovery: parsed.settings.create(services) };
  });
}
