import { createMetrics, type FleetSample } from './index.ts';

function metricsOf(fleets: FleetSample[]) {
  return createMetrics({
    fleets: () => fleets,
    proxyStates: ['in-sync', 'unreachable'],
    processMetrics: false,
  });
}

const edge: FleetSample = {
  name: 'edge',
  desired: { hash: 'aaaa', bytes: 12 },
  proxies: [{ state: 'in-sync' }, { state: 'in-sync' }],
  held: [{}],
  problems: [{ severity: 'warning' }],
};

test('the fleets are read anew at each scrape, and the previous hash is gone', async () => {
  const fleets = [edge];
  const metrics = metricsOf(fleets);
  expect(await metrics.render()).toContain(
    'silverback_desired_configuration_info{fleet="edge",hash="aaaa"} 1',
  );
  fleets[0] = { ...edge, desired: { hash: 'bbbb', bytes: 13 }, proxies: [{ state: 'unreachable' }] };
  const text = await metrics.render();
  expect(text).toContain('silverback_desired_configuration_info{fleet="edge",hash="bbbb"} 1');
  expect(text).not.toContain('aaaa');
  expect(text).toContain('silverback_proxies{fleet="edge",state="in-sync"} 0');
  expect(text).toContain('silverback_proxies{fleet="edge",state="unreachable"} 1');
  expect(text).toContain('silverback_payload_bytes{fleet="edge"} 13');
  expect(text).toContain('silverback_held_resources{fleet="edge"} 1');
  expect(text).toContain('silverback_problems{fleet="edge",severity="error"} 0');
  expect(text).toContain('silverback_problems{fleet="edge",severity="warning"} 1');
});

test('a fleet without a desired configuration has no hash and no size', async () => {
  const text = await metricsOf([{ name: 'new', proxies: [], held: [], problems: [] }]).render();
  expect(text).not.toMatch(/^silverback_(desired_configuration_info|payload_bytes)\{/m);
});

test('pushes are counted by outcome and translations measured', async () => {
  const metrics = metricsOf([]);
  metrics.countPush('edge', 'accepted');
  metrics.countPush('edge', 'accepted');
  metrics.countPush('edge', 'refused');
  metrics.observeTranslation(0.03);
  const text = await metrics.render();
  expect(text).toContain('silverback_pushes_total{fleet="edge",result="accepted"} 2');
  expect(text).toContain('silverback_pushes_total{fleet="edge",result="refused"} 1');
  expect(text).toContain('silverback_translation_duration_seconds_bucket{le="0.05"} 1');
});

test('two registries do not share their metrics', async () => {
  const first = metricsOf([]);
  first.countPush('edge', 'accepted');
  expect(await metricsOf([]).render()).not.toContain('fleet="edge"');
});

test('certificates have their end, their generation and the reloads that failed', async () => {
  const identity = {
    generation: 3,
    expiresAt: new Date(1_800_000_000_000),
    caExpiresAt: new Date(1_900_000_000_000),
    refusedChanges: 2,
  };
  const fleets = [
    { ...edge, identity },
    { ...edge, name: 'plain', identity: { generation: 1, refusedChanges: 0 } },
  ];
  const text = await metricsOf(fleets).render();
  const name = 'silverback_certificate_expiry_timestamp_seconds';
  expect(text).toContain(`${name}{fleet="edge",kind="client"} 1800000000`);
  expect(text).toContain(`${name}{fleet="edge",kind="ca"} 1900000000`);
  expect(text).not.toContain(`${name}{fleet="plain"`);
  expect(text).toContain('silverback_identity_generation{fleet="edge"} 3');
  expect(text).toContain('silverback_identity_reload_failures_total{fleet="edge"} 2');
  expect(text).toContain('silverback_identity_reload_failures_total{fleet="plain"} 0');
});
