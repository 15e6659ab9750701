import type { SourceEvent } from '@silverback/discovery';
import { createLogger, createMetrics } from '@silverback/observability';
import { observeSourceEvent } from './source-events.ts';

async function observe(...events: SourceEvent[]) {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    level: 'info',
    destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const metrics = createMetrics({ fleets: () => [], proxyStates: [], processMetrics: false });
  for (const event of events) observeSourceEvent('edge', event, logger, metrics);
  return { lines, metrics: await metrics.render() };
}

const failed = (code: string, isNew: boolean): SourceEvent => ({
  type: 'failed',
  source: 'dnsSrv',
  health: { state: 'stale', code, message: 'no answer' },
  isNew,
});

test('a failure is a warning when it is new, and is counted each time', async () => {
  const { lines, metrics } = await observe(failed('DnsTimeout', true), failed('DnsTimeout', false));
  expect(lines).toMatchObject([
    {
      level: 'warn',
      event: 'source-failed',
      fleet: 'edge',
      source: 'dnsSrv',
      state: 'stale',
      code: 'DnsTimeout',
      reason: 'no answer',
    },
  ]);
  expect(metrics).toContain(
    'silverback_discovery_errors_total{fleet="edge",source="dnsSrv",code="DnsTimeout"} 2',
  );
});

test('a code that is not of the registry does not become a label', async () => {
  const { lines, metrics } = await observe(failed('Made4711Up', true));
  expect(lines).toMatchObject([{ code: 'Made4711Up' }]);
  expect(metrics).toContain('code="other"} 1');
  expect(metrics).not.toContain('Made4711Up');
});

test('a recovery and changes are told', async () => {
  const { lines, metrics } = await observe(
    { type: 'recovered', source: 'static' },
    { type: 'members-changed', source: 'static', joined: [], left: [], members: 0 },
  );
  expect(lines).toMatchObject([{ level: 'info', event: 'source-recovered', source: 'static' }]);
  expect(metrics).toContain(
    'silverback_discovery_changes_total{fleet="edge",source="static",change="joined"} 0',
  );
});
