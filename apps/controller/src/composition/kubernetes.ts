import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ResourceKey } from '@silverback/cluster-state';
import type { Fleet } from '@silverback/fleet';
import { ClusterSource, KubeConfigCredentials, KubeHttp, LeaderElection } from '@silverback/kubernetes';
import { adminNamespaces } from '../admin-namespaces.ts';
import { observeClusterEvent, observeLeadership } from '../cluster-events.ts';
import { podNamespace } from '../pod-namespace.ts';
import type { Composition, Resolve } from './container.ts';
import {
  CLOCK,
  CLUSTER_SOURCE,
  ELECTION,
  FLEETS,
  KUBE_HTTP,
  LEADS,
  LEDGER_SECRETS,
  LOGGER,
  METRICS,
  SETTINGS,
  STATUS_ROUNDS,
} from './tokens.ts';

export function registerKubernetes(composition: Composition): void {
  composition.provide(KUBE_HTTP, (resolve) => {
    const { kubeconfig, context } = resolve(SETTINGS).source.kubernetes ?? {};
    const credentials = new KubeConfigCredentials({
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
    });
    return new KubeHttp({ credentials, clock: resolve(CLOCK) });
  });
  composition.provide(CLUSTER_SOURCE, clusterSource);
  composition.provide(ELECTION, election);
  composition.provide(LEADS, (resolve) => () => resolve(ELECTION)?.mayPush() ?? true);
}

function clusterSource(resolve: Resolve): ClusterSource | undefined {
  const { source, fleets, status } = resolve(SETTINGS);
  if (source.kubernetes === undefined) return undefined;
  return new ClusterSource({
    http: resolve(KUBE_HTTP),
    clock: resolve(CLOCK),
    namespaces: source.kubernetes.namespaces,
    serviceNamespaces: adminNamespaces(fleets),
    ...(status.publishService !== undefined && { publishService: status.publishService }),
    isNeeded: (key) => isNeeded(key, resolve(FLEETS).values()),
    onEvent: (event) => {
      observeClusterEvent(event, resolve(LOGGER), resolve(METRICS));
    },
    onStatus: (key) => {
      resolve(STATUS_ROUNDS)?.statusChanged(key);
    },
  });
}

function isNeeded(key: ResourceKey, fleets: Iterable<Fleet>): boolean {
  const secret = key.startsWith(SECRET) ? key.slice(SECRET.length) : undefined;
  return secret !== undefined && [...fleets].some((fleet) => fleet.needsSecret(secret));
}

const SECRET = 'Secret/';

function election(resolve: Resolve): LeaderElection | undefined {
  const { leaderElection: settings } = resolve(SETTINGS);
  const source = resolve(CLUSTER_SOURCE);
  if (source === undefined || !settings.enabled) return undefined;
  return new LeaderElection({
    http: resolve(KUBE_HTTP),
    clock: resolve(CLOCK),
    identity: `${hostname()}_${randomUUID()}`,
    namespace: settings.leaseNamespace ?? podNamespace(),
    name: settings.leaseName,
    leaseDurationMs: settings.leaseDuration,
    renewDeadlineMs: settings.renewDeadline,
    retryPeriodMs: settings.retryPeriod,
    isLive: () => source.isLive,
    appliedVersions: () => source.appliedVersions(),
    reached: async (versions, signal) => {
      await source.reached(versions, signal);
      const ledgers = [...resolve(LEDGER_SECRETS).values()];
      await Promise.all(ledgers.map((ledger) => ledger.refresh(signal)));
    },
    onEvent: (event) => {
      observeLeadership(event, resolve(LOGGER));
      if (event.type === 'state' && event.state === 'leader') resolve(STATUS_ROUNDS)?.becameLeader();
    },
  });
}
