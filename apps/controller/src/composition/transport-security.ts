import { identityKeeper } from '../fleet-access.ts';
import { FleetIdentities } from '../fleet-identities.ts';
import { observeIdentityEvent } from '../identity-events.ts';
import type { Composition } from './container.ts';
import { CLOCK, FLEET_IDENTITIES, LOGGER, SETTINGS } from './tokens.ts';

export function registerTransportSecurity(composition: Composition): void {
  composition.provide(FLEET_IDENTITIES, (resolve) => {
    const keepers = resolve(SETTINGS).fleets.map((fleet) => {
      const keeper = identityKeeper(fleet, resolve(CLOCK), (event) => {
        observeIdentityEvent(fleet.name, event, resolve(LOGGER));
      });
      return [fleet.name, keeper] as const;
    });
    return new FleetIdentities(new Map(keepers));
  });
}
