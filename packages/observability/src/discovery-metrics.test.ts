import { createMetrics, type FleetSample } from './index.ts';

const edge: FleetSample = {
  name: 'edge',
  groups: [],
  proxies: [],
  held: [],
  problems: [],
  sources: [
    { source: 'static', members: 2, health: { state: 'ok' }, lastGoodAgeMs: 0 },
    { source: 'dnsSrv', members: 3, health: { state: 'stale' }, lastGoodAgeMs: 4500 },
    { source: 'endpoints', members: 0, health: { state: 'failing' } },
  ],
};

function metricsOf(fleets: FleetSample[]) {
  return createMetrics({ fleets: () => fleets, proxyStates: [], processMetrics: false });
}

test('each source has its members, its state and the age of its last good answer', async () => {
  const text = await metricsOf([edge, { ...edge, name: 'other', sources: [] }]).render();
  const lines = text.split('\n').filter((line) => line.startsWith('silverback_discovery_'));
  expect(lines).toEqual([
    'silverback_discovery_members{fleet="edge",source="static"} 2',
    'silverback_discovery_members{fleet="edge",source="dnsSrv"} 3',
    'silverback_discovery_members{fleet="edge",source="endpoints"} 0',
    'silverback_discovery_source_state{fleet="edge",source="static",state="ok"} 1',
    'silverback_discovery_source_state{fleet="edge",source="static",state="stale"} 0',
    'silverback_discovery_source_state{fleet="edge",source="static",state="failing"} 0',
    'silverback_discovery_source_state{fleet="edge",source="dnsSrv",state="ok"} 0',
    'silverback_discovery_source_state{fleet="edge",source="dnsSrv",state="stale"} 1',
    'silverback_discovery_source_state{fleet="edge",source="dnsSrv",state="failing"} 0',
    'silverback_discovery_source_state{fleet="edge",source="endpoints",state="ok"} 0',
    'silverback_discovery_source_state{fleet="edge",source="endpoints",state="stale"} 0',
    'silverback_discovery_source_state{fleet="edge",source="endpoints",state="failing"} 1',
    'silverback_discovery_last_good_answer_age_seconds{fleet="edge",source="static"} 0',
    'silverback_discovery_last_good_answer_age_seconds{fleet="edge",source="dnsSrv"} 4.5',
  ]);
});

test('changes and failures are counted', async () => {
  const metrics = metricsOf([]);
  metrics.countMembershipChange('edge', 'dnsSrv', 2, 1);
  metrics.countMembershipChange('edge', 'dnsSrv', 0, 3);
  metrics.countDiscoveryFailure('edge', 'dnsSrv', 'DnsTimeout');
  const text = await metrics.render();
  expect(text).toContain(
    'silverback_discovery_changes_total{fleet="edge",source="dnsSrv",change="joined"} 2',
  );
  expect(text).toContain('silverback_discovery_changes_total{fleet="edge",source="dnsSrv",change="left"} 4');
  expect(text).toContain(
    'silverback_discovery_errors_total{fleet="edge",source="dnsSrv",code="DnsTimeout"} 1',
  );
});
