import { readFileSync } from 'node:fs';
import { renderChart } from '../render.ts';
import { knownMetrics } from '../testing/metric-names.ts';
import { selectorsIn } from '../testing/promql.ts';
import { testWithHelm } from '../testing/with-helm.ts';

/** Labels that Prometheus adds to what it scrapes through a ServiceMonitor. */
const TARGET_LABELS = ['job', 'namespace', 'pod'];
/** Made by Prometheus itself. */
const PROMETHEUS_METRICS = ['up'];

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

function alerts(settings: object = {}): readonly Alert[] {
  const values = {
    settings,
    monitoring: { prometheusRule: { enabled: true, alertLabels: { team: 'edge', severity: 'page' } } },
  };
  const rule = renderChart({ values }).find(({ kind }) => kind === 'PrometheusRule');
  return (rule?.['spec'] as { groups: { rules: Alert[] }[] }).groups.flatMap(({ rules }) => rules);
}

const DASHBOARD = JSON.parse(
  readFileSync(new URL('../../../../deploy/helm/silverback/files/dashboard.json', import.meta.url), 'utf8'),
) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
};

async function unknownIn(expressions: readonly string[]): Promise<readonly string[]> {
  const known = await knownMetrics();
  return expressions.flatMap(selectorsIn).flatMap(({ metric, labels }) => {
    if (PROMETHEUS_METRICS.includes(metric)) return [];
    const series = known.get(metric);
    if (series === undefined) return [`there is no metric ${metric}`];
    return labels
      .filter((label) => !series.has(label) && !TARGET_LABELS.includes(label))
      .map((label) => `${metric} has no label ${label}`);
  });
}

testWithHelm('alerts go by metrics and labels that the controller has', async () => {
  const expressions = [...alerts(), ...alerts({ leaderElection: { enabled: false } })].map(
    ({ expr }) => expr,
  );
  expect(expressions.length).toBeGreaterThan(20);
  expect(await unknownIn(expressions)).toEqual([]);
});

testWithHelm('alerts name in words only labels that their series have', async () => {
  const known = await knownMetrics();
  for (const { alert, expr, annotations } of alerts()) {
    const named = [
      ...Object.values(annotations)
        .join(' ')
        .matchAll(/\$labels\.(\w+)/g),
    ].map(([, label]) => label);
    const series = selectorsIn(expr).map(({ metric }) => known.get(metric));
    const missing = named.filter(
      (label = '') => !TARGET_LABELS.includes(label) && !(series[0]?.has(label) ?? false),
    );
    expect([alert, missing]).toEqual([alert, []]);
  }
});

testWithHelm('there are alerts for all that a person has to act on', () => {
  const names = alerts().map(({ alert }) => alert);
  expect(names).toEqual(
    expect.arrayContaining([
      'SilverbackProxyStale',
      'SilverbackProxyContended',
      'SilverbackResourcesHeld',
      'SilverbackCertificateExpires',
      'SilverbackPayloadLarge',
      'SilverbackNoLeader',
    ]),
  );
  for (const { labels, annotations } of alerts()) {
    expect(labels).toMatchObject({
      team: 'edge',
      severity: expect.stringMatching(/^(warning|critical)$/) as unknown,
    });
    expect(Object.keys(annotations).sort()).toEqual(['description', 'summary']);
  }
});

testWithHelm('without leader election nobody asks who leads', () => {
  const expressions = alerts({ leaderElection: { enabled: false } }).map(({ expr }) => expr);
  expect(expressions.filter((expr) => expr.includes('leadership'))).toEqual([]);
});

test('the dashboard shows metrics and labels that the controller has', async () => {
  const panels = DASHBOARD.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const variables = DASHBOARD.templating.list.flatMap(({ query }) =>
    typeof query === 'string'
      ? []
      : [/label_values\((.+), \w+\)/.exec((query as { query: string }).query)?.[1] ?? ''],
  );
  const expressions = [...panels, ...variables].map((expr) => expr.replaceAll('$__rate_interval', '5m'));
  expect(expressions.length).toBeGreaterThan(30);
  expect(await unknownIn(expressions)).toEqual([]);
});

test('no panel of the dashboard lies over another', () => {
  const taken = DASHBOARD.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(taken).size).toBe(taken.length);
});

testWithHelm('the dashboard is a ConfigMap that the sidecar of Grafana finds', () => {
  const objects = renderChart({ values: { monitoring: { dashboard: { enabled: true } } } });
  const config = objects.find(({ metadata }) => metadata.name === 'silverback-dashboard');
  expect(config?.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  const { 'silverback.json': text = '' } = config?.['data'] as Record<string, string>;
  expect(JSON.parse(text)).toEqual(DASHBOARD);
});

testWithHelm('the ServiceMonitor scrapes the port that the Service and the pods have', () => {
  const objects = renderChart({ values: { monitoring: { serviceMonitor: { enabled: true } } } });
  const spec = (name: string) => objects.find(({ kind }) => kind === name)?.['spec'];
  const service = objects.find(({ metadata }) => metadata.name === 'silverback-health');
  expect(spec('ServiceMonitor')).toMatchObject({ endpoints: [{ port: 'health', path: '/metrics' }] });
  expect(service?.['spec']).toMatchObject({ ports: [{ name: 'health', port: 8080, targetPort: 'health' }] });
  expect(service?.metadata.labels).toMatchObject(
    (spec('ServiceMonitor') as { selector: { matchLabels: object } }).selector.matchLabels,
  );
});
