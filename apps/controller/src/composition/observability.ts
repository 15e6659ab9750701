import type { ProxyState } from '@silverback/fleet';
import { type ClusterSample, createLogger, createMetrics } from '@silverback/observability';
import { ProblemLog } from '../problem-log.ts';
import type { Composition, Resolve } from './container.ts';
import { fleetReporter } from './fleet-report.ts';
import { CLUSTER_SOURCE, ELECTION, FLEETS, LOGGER, METRICS, PROBLEM_LOG, SETTINGS } from './tokens.ts';

// A record, so that the compiler asks for a state that is added.
const PROXY_STATES: Readonly<Record<ProxyState, true>> = {
  connecting: true,
  'in-sync': true,
  pushing: true,
  waiting: true,
  rejected: true,
  contended: true,
  unreachable: true,
  leaving: true,
};

export function registerObservability(composition: Composition): void {
  composition.provide(LOGGER, (resolve) => createLogger({ level: resolve(SETTINGS).log.level }));
  composition.provide(PROBLEM_LOG, (resolve) => new ProblemLog(resolve(LOGGER)));
  composition.provide(METRICS, (resolve) =>
    createMetrics({
      fleets: () => [...resolve(FLEETS).values()].map(fleetReporter(resolve)),
      proxyStates: Object.keys(PROXY_STATES),
      cluster: () => clusterSample(resolve),
    }),
  );
}

function clusterSample(resolve: Resolve): ClusterSample | undefined {
  const source = resolve(CLUSTER_SOURCE);
  const election = resolve(ELECTION);
  if (source === undefined) return undefined;
  return { kinds: source.progress(), ...(election && { leadership: { state: election.state } }) };
}
