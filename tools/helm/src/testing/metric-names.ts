import { createMetrics, type FleetSample } from '@silverback/observability';

const fleet: FleetSample = {
  name: 'edge',
  groups: [{ desired: { hash: 'a', bytes: 1 } }],
  proxies: [{ name: 'proxy', state: 'in-sync', lagMs: 0, lastApplyMs: 1, reportedHash: 'a' }],
  held: [],
  problems: [],
  sources: [{ source: 'static', members: 1, health: { state: 'ok' }, lastGoodAgeMs: 0 }],
  identity: { generation: 1, expiresAt: new Date(0), caExpiresAt: new Date(0), refusedChanges: 0 },
};

/** Every metric that the controller can have, with the labels of its series; those of histograms by their suffixes. */
export async function knownMetrics(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = createMetrics({
    fleets: () => [fleet],
    proxyStates: ['in-sync'],
    cluster: () => ({
      kinds: [{ kind: 'Service', isSynced: true, objects: 1, ageMs: 0 }],
      leadership: { state: 'leader' },
    }),
  });
  metrics.countPush('edge', 'accepted');
  metrics.countBytes('edge', 1);
  metrics.countDrift('edge');
  metrics.observeTranslation(1);
  metrics.countMembershipChange('edge', 'static', 1, 0);
  metrics.countDiscoveryFailure('edge', 'static', 'HostNotFound');
  metrics.countList('Service', 'start');
  metrics.countWatchEvents('Service', 1);
  metrics.countReceivedBytes('Service', 1);
  metrics.countKindFailure('Service');
  metrics.countWrite('status', 'Ingress', 'written');
  const known = new Map<string, Set<string>>();
  for (const line of (await metrics.render()).split('\n')) {
    const [, name, labels = ''] = /^([a-zA-Z_]\w*)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name === undefined) continue;
    const found = known.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) found.add(label);
    known.set(name, found);
  }
  return known;
}
