import { createMetrics, type ClusterSample } from './index.ts';

function metricsOf(cluster: ClusterSample | undefined) {
  return createMetrics({ fleets: () => [], proxyStates: [], cluster: () => cluster, processMetrics: false });
}

async function linesOf(metrics: ReturnType<typeof metricsOf>): Promise<string[]> {
  const lines = (await metrics.render()).split('\n');
  return lines.filter((line) => /^silverback_(kubernetes|leadership)_/.test(line));
}

test('each kind has its objects, whether it is synced, and its age where it was heard of', async () => {
  const metrics = metricsOf({
    kinds: [
      { kind: 'Service', isSynced: true, objects: 7, ageMs: 1_500 },
      { kind: 'KongVault', isSynced: false, objects: 0 },
    ],
    leadership: { state: 'successor' },
  });
  expect(await linesOf(metrics)).toEqual([
    'silverback_kubernetes_objects{kind="Service"} 7',
    'silverback_kubernetes_objects{kind="KongVault"} 0',
    'silverback_kubernetes_synced{kind="Service"} 1',
    'silverback_kubernetes_synced{kind="KongVault"} 0',
    'silverback_kubernetes_last_heard_age_seconds{kind="Service"} 1.5',
    'silverback_leadership_state{state="standby"} 0',
    'silverback_leadership_state{state="successor"} 1',
    'silverback_leadership_state{state="leader"} 0',
  ]);
});

test('where the resources come from files there is nothing of a cluster', async () => {
  expect(await linesOf(metricsOf(undefined))).toEqual([]);
});

test('lists, changes, bytes, failures and writes are counted', async () => {
  const metrics = metricsOf(undefined);
  metrics.countList('Secret', 'expired');
  metrics.countWatchEvents('Secret', 3);
  metrics.countReceivedBytes('Secret', 1_000);
  metrics.countReceivedBytes('Secret', 24);
  metrics.countReceivedBytes('Service', 5);
  metrics.countKindFailure('Secret');
  metrics.countWrite('status', 'Ingress', 'written');
  expect(await linesOf(metrics)).toEqual([
    'silverback_kubernetes_lists_total{kind="Secret",reason="expired"} 1',
    'silverback_kubernetes_watch_events_total{kind="Secret"} 3',
    'silverback_kubernetes_received_bytes_total{kind="Secret"} 1024',
    'silverback_kubernetes_received_bytes_total{kind="Service"} 5',
    'silverback_kubernetes_failures_total{kind="Secret"} 1',
    'silverback_kubernetes_writes_total{what="status",kind="Ingress",result="written"} 1',
  ]);
});
