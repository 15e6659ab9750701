import type { FleetEvent } from '@silverback/fleet';
import { createLogger } from '@silverback/observability';
import { observeFleetEvent } from './fleet-events.ts';

const proxy = {
  key: '10.0.0.7:8444',
  name: '10.0.0.7:8444',
  protocol: 'https',
  host: '10.0.0.7',
  port: 8444,
  origin: 'static',
} as const;
const payload = {
  hash: 'a'.repeat(32),
  byteLength: 7,
  segments: [Buffer.from('hunter2')],
  counts: { entities: 3, routes: 1 },
  ownerOf: () => undefined,
};

function observe(event: FleetEvent): { lines: Record<string, unknown>[]; pushes: string[] } {
  const lines: Record<string, unknown>[] = [];
  const pushes: string[] = [];
  const logger = createLogger({
    level: 'trace',
    destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  observeFleetEvent(event, logger, {
    countPush: (fleet, result) => pushes.push(`${fleet} ${result}`),
    countBytes: (fleet, bytes) => pushes.push(`${fleet} ${bytes} bytes`),
    countDrift: (fleet) => pushes.push(`${fleet} drift`),
  });
  return { lines, pushes };
}

test('an accepted push is logged with its numbers, without its bytes, and counted', () => {
  const { lines, pushes } = observe({
    type: 'pushed',
    fleet: 'edge',
    proxy,
    payload,
    durationMs: 12.4,
    result: 'accepted',
  });
  expect(lines).toMatchObject([
    {
      level: 'info',
      message: 'a configuration was sent',
      event: 'pushed',
      fleet: 'edge',
      proxy: '10.0.0.7:8444',
      hash: payload.hash,
      result: 'accepted',
      durationMs: 12,
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(pushes).toEqual(['edge accepted', 'edge 7 bytes']);
});

test('what needs a person is a warning or an error, what is normal is not', () => {
  const levels = (
    [
      { type: 'joined', fleet: 'edge', proxy },
      { type: 'state-changed', fleet: 'edge', proxy, from: 'connecting', to: 'in-sync' },
      {
        type: 'state-changed',
        fleet: 'edge',
        proxy,
        from: 'connecting',
        to: 'unreachable',
        reason: { code: 'ConnectionRefused', message: 'nothing listens' },
      },
      {
        type: 'quarantined',
        fleet: 'edge',
        roots: ['KongPlugin/shop/limit'],
        reason: 'config.minute: wrong',
      },
      { type: 'hash-reported', fleet: 'edge', proxy, hash: payload.hash },
    ] satisfies FleetEvent[]
  ).map((event) => observe(event).lines[0]?.['level']);
  expect(levels).toEqual(['info', 'info', 'warn', 'error', 'debug']);
});

test('a reason brings its code and its words', () => {
  const { lines } = observe({
    type: 'state-changed',
    fleet: 'edge',
    proxy,
    from: 'connecting',
    to: 'unreachable',
    reason: { code: 'ConnectionRefused', message: 'nothing listens' },
  });
  expect(lines[0]).toMatchObject({
    from: 'connecting',
    to: 'unreachable',
    code: 'ConnectionRefused',
    reason: 'nothing listens',
  });
});

test('an odd proxy is logged with its code and what it refuses', () => {
  const reason = 'it refuses a configuration that has been accepted: KongPlugin/shop/limit: wrong';
  const { lines } = observe({ type: 'odd', fleet: 'edge', proxyName: '10.0.0.7:8444', reason });
  expect(lines).toMatchObject([{ level: 'warn', proxy: '10.0.0.7:8444', code: 'OddProxy', reason }]);
});
