import { type BackendServices, mergeDiscoveries, type ProxyDiscovery } from '@silverback/discovery';
import type { FleetSettings } from '@silverback/settings';
import { ClusterEndpoints } from '../cluster-endpoints.ts';
import type { DiscoveryBackends } from '../discovery-backends.ts';
import type { Composition } from './container.ts';
import {
  CLOCK,
  CLUSTER_ENDPOINTS,
  CLUSTER_STATE,
  DISCOVERIES,
  DISCOVERY_BACKENDS,
  SETTINGS,
} from './tokens.ts';

export function registerDiscovery(composition: Composition): void {
  composition.provide(CLUSTER_ENDPOINTS, (resolve) => new ClusterEndpoints(resolve(CLUSTER_STATE)));
  composition.provide(DISCOVERIES, (resolve) => {
    const services = { clock: resolve(CLOCK), endpoints: resolve(CLUSTER_ENDPOINTS) };
    const backends = resolve(DISCOVERY_BACKENDS);
    return new Map(
      resolve(SETTINGS).fleets.map((fleet) => [fleet.name, discoveryOf(fleet, backends, services)]),
    );
  });
}

/** All entries of a fleet as one discovery. */
function discoveryOf(
  fleet: FleetSettings,
  { registry, directory }: DiscoveryBackends,
  services: BackendServices,
): ProxyDiscovery {
  const context = { fleet: fleet.name, insecure: fleet.insecure, directory };
  return mergeDiscoveries(
    fleet.discovery.map((entry) => {
      const parsed = registry.parseEntry(entry, context);
      // The settings were checked with the same backends.
      if (!parsed.ok) throw new Error(`fleet ${fleet.name} has an unchecked discovery`);
      return parsed.settings.create(services);
    }),
  );
}
