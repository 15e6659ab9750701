import { BackendRegistry, mergeDiscoveries, type ProxyDiscovery, staticBackend } from '@silverback/discovery';
import type { CheckDiscovery, FleetSettings } from '@silverback/settings';
import type { Composition } from './container.ts';
import { DISCOVERIES, SETTINGS } from './tokens.ts';

/** Every kind of discovery that settings can name. */
const BACKENDS = new BackendRegistry().register(staticBackend);

/** Checks entries of `discovery`, for the settings. */
export const checkDiscovery: CheckDiscovery = (entry, context) => {
  const parsed = BACKENDS.parseEntry(entry, context);
  return parsed.ok ? [] : parsed.issues;
};

export function registerDiscovery(composition: Composition): void {
  composition.provide(
    DISCOVERIES,
    (resolve) => new Map(resolve(SETTINGS).fleets.map((fleet) => [fleet.name, discoveryOf(fleet)])),
  );
}

/** All entries of a fleet as one discovery. */
function discoveryOf(fleet: FleetSettings): ProxyDiscovery {
  const context = { fleet: fleet.name, insecure: fleet.insecure };
  return mergeDiscoveries(
    fleet.discovery.map((entry) => {
      const parsed = BACKENDS.parseEntry(entry, context);
      // The settings were checked with the same backends.
      if (!parsed.ok) throw new Error(`fleet ${fleet.name} has an unchecked discovery`);
      return parsed.settings.create();
    }),
  );
}
