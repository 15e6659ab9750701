import { join } from 'node:path';
import {
  FilePayloadStore,
  Fleet,
  type FleetEvent,
  type FleetStores,
  type PinnedFacts,
} from '@silverback/fleet';
import type { FleetSettings } from '@silverback/settings';
import { observeFleetEvent } from '../fleet-events.ts';
import type { Composition, Resolve } from './container.ts';
import {
  CLOCK,
  CLUSTER_SOURCE,
  CONNECT,
  ELECTION,
  FLEETS,
  LEADS,
  LEDGERS,
  LOGGER,
  METRICS,
  PROBLEM_LOG,
  SETTINGS,
  STATUS_ROUNDS,
  TIME_SLICES,
} from './tokens.ts';

/** What can change the problems of a fleet. */
const CHANGE_PROBLEMS: ReadonlySet<FleetEvent['type']> = new Set([
  'composed',
  'released',
  'quarantined',
  'unquarantined',
  'refused-unnamed',
  'shrink-held',
]);

export function registerFleets(composition: Composition): void {
  composition.provide(FLEETS, (resolve) => {
    const fleets = resolve(SETTINGS).fleets.map((settings) => {
      const fleet = new Fleet({
        name: settings.name,
        clock: resolve(CLOCK),
        slices: resolve(TIME_SLICES),
        connect: resolve(CONNECT)(settings),
        timing: { applyTimeout: settings.adminApi.applyTimeout, ...settings.pacing },
        mayPush: resolve(LEADS),
        mayRestore: () => resolve(ELECTION)?.mayRestore() ?? false,
        pins: pinsOf(settings),
        heldRetry: settings.heldRetry,
        shrinkGuard: settings.shrinkGuard === 'on',
        stores: storesOf(resolve, settings.name),
        onSecretsNeeded: (secrets) => {
          resolve(CLUSTER_SOURCE)?.need(secrets.map((secret) => `Secret/${secret}`));
        },
        onEvent: (event) => {
          observeFleetEvent(event, resolve(LOGGER), resolve(METRICS));
          resolve(STATUS_ROUNDS)?.fleetChanged();
          if (!CHANGE_PROBLEMS.has(event.type)) return;
          // The fleet tells while it changes: its problems are asked for when it has finished.
          queueMicrotask(() => {
            resolve(PROBLEM_LOG).observe(settings.name, fleet.report().problems);
          });
        },
      });
      return [settings.name, fleet] as const;
    });
    return new Map(fleets);
  });
}

function pinsOf({ router, kongVersion }: FleetSettings): PinnedFacts {
  return {
    ...(router !== undefined && { routerFlavor: router }),
    ...(kongVersion !== undefined && { version: kongVersion }),
  };
}

function storesOf(resolve: Resolve, fleet: string): FleetStores {
  const folder = join(resolve(SETTINGS).stateDirectory, 'fleets', fleet);
  return { ledger: resolve(LEDGERS)(fleet), payloads: new FilePayloadStore(folder) };
}
