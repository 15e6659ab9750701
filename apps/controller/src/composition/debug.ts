import type { JsonValue } from '@silverback/kong-configuration';
import type { ControllerParts } from '../life-cycle.ts';
import { shownConfiguration } from '../shown-configuration.ts';
import type { Resolve } from './container.ts';
import { fleetReporter } from './fleet-report.ts';
import { CLUSTER_SOURCE, DISCOVERIES, FLEETS, SETTINGS } from './tokens.ts';

/** What the debug server shows, if the settings ask for one. Secrets are masked. */
export function debugPart(resolve: Resolve): Pick<ControllerParts, 'debug'> {
  const { debug } = resolve(SETTINGS);
  if (!debug.enabled) return {};
  return {
    debug: {
      address: debug.address,
      views: {
        configuration: (query) => desiredConfiguration(resolve, query.get('fleet')),
        fleets: () => [...resolve(FLEETS).values()].map(fleetReporter(resolve)),
        problems: () =>
          [...resolve(FLEETS)].map(([name, fleet]) => ({ name, problems: fleet.report().problems })),
        reflectors: () => resolve(CLUSTER_SOURCE)?.progress(),
        sources: () =>
          [...resolve(DISCOVERIES)].map(([name, discovery]) => ({ name, sources: discovery.sources() })),
      },
    },
  };
}

/** What the proxies of a fleet should hold; of the first fleet unless one is named. */
function desiredConfiguration(resolve: Resolve, name: string | null): JsonValue | undefined {
  const fleets = resolve(FLEETS);
  const fleet = name === null ? [...fleets.values()][0] : fleets.get(name);
  const payload = fleet?.desired;
  if (fleet === undefined || payload === undefined) return undefined;
  const content = JSON.parse(Buffer.concat(payload.segments).toString('utf8')) as JsonValue;
  return shownConfiguration(content, fleet.desiredSecrets);
}
