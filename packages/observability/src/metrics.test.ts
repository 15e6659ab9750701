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
  groups: [{ desired: { hash: 'aaaa', bytes: 12 } }],
  proxies: [
    { name: '10.0.0.7:8444', state: 'in-sync', lagMs: 0, lastApplyMs: 1_500, reportedHash: 'cccc' },
    { name: '10.0.0.8:8444', state: 'in-sync', lagMs: 0 },
  ],
  held: [{}],
  problems: [{ severity: 'warning' }],
};

test('the fleets are read anew at each scrape, and the previous hash is gone', async () => {
  const fleets = [edge];
  const metrics = metricsOf(fleets);
  expect(await metrics.render()).toContain(
    'silverback_desired_configuration_info{fleet="edge",hash="aaaa"} 1',
  );
  fleets[0] = {
    ...edge,
    groups: [{ desired: { hash: 'bbbb', bytes: 13 } }, { desired: { hash: 'dddd', bytes: 7 } }, {}],
    proxies: [{ name: '10.0.0.8:8444', state: 'unreachable', lagMs: 3_000 }],
  };
  const text = await metrics.render();
  expect(text).toContain('silverback_desired_configuration_info{fleet="edge",hash="bbbb"} 1');
  expect(text).toContain('silverback_desired_configuration_info{fleet="edge",hash="dddd"} 1');
  expect(text).not.toContain('aaaa');
  expect(text).toContain('silverback_proxies{fleet="edge",state="in-sync"} 0');
  expect(text).toContain('silverback_proxies{fleet="edge",state="unreachable"} 1');
  expect(text).toContain('silverback_payload_bytes{fleet="edge"} 13');
  expect(text).toContain('silverback_held_resources{fleet="edge"} 1');
  expect(text).toContain('silverback_problems{fleet="edge",severity="error"} 0');
  expect(text).toContain('silverback_problems{fleet="edge",severity="warning"} 1');
});

test('each proxy has its lag, its apply time and its hash, and none once it has left', async () => {
  const fleets = [edge];
  const metrics = metricsOf(fleets);
  const before = await metrics.render();
  expect(before).toContain('silverback_proxy_lag_seconds{fleet="edge",proxy="10.0.0.7:8444"} 0');
  expect(before).toContain('silverback_proxy_apply_seconds{fleet="edge",proxy="10.0.0.7:8444"} 1.5');
  expect(before).toContain(
    'silverback_proxy_configuration_info{fleet="edge",proxy="10.0.0.7:8444",hash="cccc"} 1',
  );
  expect(before).not.toContain('silverback_proxy_apply_seconds{fleet="edge",proxy="10.0.0.8:8444"}');
  fleets[0] = { ...edge, proxies: edge.proxies.slice(1) };
  expect(await metrics.render()).not.toContain('10.0.0.7');
});

test('bytes and drifts are counted', async () => {
  const metrics = metricsOf([]);
  metrics.countBytes('edge', 1_000);
  metrics.countBytes('edge', 500);
  metrics.countDrift('edge');
  const text = await metrics.render();
  expect(text).toContain('silverback_pushed_bytes_total{fleet="edge"} 1500');
  expect(text).toContain('silverback_drifts_total{fleet="edge"} 1');
});

test('a fleet without a desired configuration has no hash and no size', async () => {
  const text = await metricsOf([{ name: 'new', groups: [{}], proxies: [], held: [], problems: [] }]).render();
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
