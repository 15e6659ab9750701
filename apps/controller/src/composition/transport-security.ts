import { SecretCredentialSource } from '@silverback/kubernetes';
import { parseToken } from '@silverback/transport-security';
import { identityKeeper, type SecretSource } from '../fleet-access.ts';
import { FleetIdentities } from '../fleet-identities.ts';
import { observeIdentityEvent } from '../identity-events.ts';
import type { Composition, Resolve } from './container.ts';
import { CLOCK, FLEET_IDENTITIES, KUBE_HTTP, LOGGER, SETTINGS } from './tokens.ts';

export function registerTransportSecurity(composition: Composition): void {
  composition.provide(FLEET_IDENTITIES, (resolve) => {
    const keepers = resolve(SETTINGS).fleets.map((fleet) => {
      const keeper = identityKeeper(fleet, resolve(CLOCK), secretSource(resolve), (event) => {
        observeIdentityEvent(fleet.name, event, resolve(LOGGER));
      });
      return [fleet.name, keeper] as const;
    });
    return new FleetIdentities(new Map(keepers));
  });
}

function secretSource(resolve: Resolve): SecretSource {
  return (secret, needsCa) => {
    const [namespace = '', name = ''] = secret.split('/');
    return new SecretCredentialSource({
      http: resolve(KUBE_HTTP),
      clock: resolve(CLOCK),
      namespace,
      name,
      needsCa,
      parseToken,
    });
  };
}
