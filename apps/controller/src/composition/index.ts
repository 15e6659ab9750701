import type { Logger } from '@silverback/observability';
import type { Settings } from '@silverback/settings';
import type { DiscoveryBackends } from '../discovery-backends.ts';
import type { FleetIdentities } from '../fleet-identities.ts';
import { Controller } from '../life-cycle.ts';
import { registerClock } from './clock.ts';
import { registerClusterState } from './cluster-state.ts';
import { Composition } from './container.ts';
import { debugPart } from './debug.ts';
import { registerDiscovery } from './discovery.ts';
import { fleetReporter } from './fleet-report.ts';
import { registerFleets } from './fleet.ts';
import { registerKongAdmin } from './kong-admin.ts';
import { registerKubernetes } from './kubernetes.ts';
import { registerLedgers } from './ledger.ts';
import { registerObservability } from './observability.ts';
import { registerPipeline } from './pipeline.ts';
import { registerResourceSource } from './resource-source.ts';
import { registerResourceStatus } from './resource-status.ts';
import {
  CLOCK,
  DISCOVERIES,
  DISCOVERY_BACKENDS,
  ELECTION,
  FLEETS,
  FLEET_IDENTITIES,
  LOGGER,
  METRICS,
  RESOURCE_PIPELINE,
  RESOURCE_SOURCE,
  SETTINGS,
  STATUS_WRITING,
} from './tokens.ts';
import { registerTranslation } from './translation.ts';
import { registerTransportSecurity } from './transport-security.ts';

/** Puts a controller together. Nothing is started and nothing connected. */
export function composeController(
  settings: Settings,
  backends: DiscoveryBackends,
): { readonly controller: Controller; readonly logger: Logger; readonly identities: FleetIdentities } {
  const composition = new Composition();
  composition.provideValue(SETTINGS, settings).provideValue(DISCOVERY_BACKENDS, backends);
  registerClock(composition);
  registerObservability(composition);
  registerClusterState(composition);
  registerKubernetes(composition);
  registerResourceSource(composition);
  registerTranslation(composition);
  registerTransportSecurity(composition);
  registerKongAdmin(composition);
  registerDiscovery(composition);
  registerLedgers(composition);
  registerFleets(composition);
  registerPipeline(composition);
  registerResourceStatus(composition);

  const { resolve } = composition;
  const election = resolve(ELECTION);
  const status = resolve(STATUS_WRITING);
  const identities = resolve(FLEET_IDENTITIES);
  const controller = new Controller({
    clock: resolve(CLOCK),
    logger: resolve(LOGGER),
    metrics: resolve(METRICS),
    fleets: resolve(FLEETS),
    reportOf: fleetReporter(resolve),
    discoveries: resolve(DISCOVERIES),
    source: resolve(RESOURCE_SOURCE),
    pipeline: resolve(RESOURCE_PIPELINE),
    ...(election && { election }),
    ...(status && { status }),
    ...debugPart(resolve),
    ...(settings.health.enabled && { healthAddress: settings.health.address }),
  });
  return { controller, logger: resolve(LOGGER), identities };
}
