import { VirtualClock } from '@silverback/clock';
import { EventFeed } from './event-feed.ts';
import { arrange, ingress } from './testing/fixtures.ts';

test('events have ids in order and the time at which they happened', async () => {
  const clock = new VirtualClock(new Date('2026-01-01T00:00:00Z'));
  const feed = new EventFeed('edge', clock);
  feed.add({ type: 'searching', withheld: 1, reason: 'first' });
  await clock.advance(1_500);
  feed.add({ type: 'searching', withheld: 2, reason: 'second' });
  expect(feed.after()).toMatchObject([
    { id: 1, fleet: 'edge', at: '2026-01-01T00:00:00.000Z', reason: 'first' },
    { id: 2, fleet: 'edge', at: '2026-01-01T00:00:01.500Z', reason: 'second' },
  ]);
  expect(feed.after(1).map(({ id }) => id)).toEqual([2]);
  expect(feed.after(2)).toEqual([]);
});

test('only the last thousand are kept', () => {
  const feed = new EventFeed('edge', new VirtualClock());
  for (let count = 0; count < 5_000; count += 1) feed.add({ type: 'searching', withheld: count, reason: '' });
  const kept = feed.after();
  expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([1_000, 4_001, 5_000]);
});

test('what a thousand proxies do takes the place of nothing that the fleet decided', () => {
  const feed = new EventFeed('edge', new VirtualClock());
  feed.add({ type: 'quarantined', roots: ['Ingress/shop/bad'], reason: 'no' });
  const proxy = {
    key: 'kong:8444',
    name: 'kong',
    protocol: 'https',
    host: 'kong',
    port: 8444,
    origin: 'static',
  } as const;
  for (let count = 0; count < 5_000; count += 1)
    feed.add({ type: 'hash-reported', proxy, hash: String(count) });
  feed.add({ type: 'unquarantined', roots: ['Ingress/shop/bad'] });
  const kept = feed.after();
  expect(kept).toHaveLength(1_002);
  expect([kept[0], kept[1], kept.at(-1)].map((event) => event?.id)).toEqual([1, 4_002, 5_002]);
});

test('who listens is told until it stops', () => {
  const feed = new EventFeed('edge', new VirtualClock());
  const seen: number[] = [];
  const stop = feed.subscribe(({ id }) => seen.push(id));
  feed.add({ type: 'searching', withheld: 1, reason: '' });
  stop();
  feed.add({ type: 'searching', withheld: 1, reason: '' });
  expect(seen).toEqual([1]);
});

test('the feed of a fleet tells of a push without its bytes', async () => {
  const { clock, fleet, setResources } = arrange();
  setResources(ingress('front', '/very-secret-path'));
  await clock.advance(5_000);
  const events = fleet.events();
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['joined', 'candidate', 'pushed', 'released']),
  );
  expect(JSON.stringify(events)).not.toContain('very-secret-path');
  const told = events.find(({ type }) => type === 'information-read');
  expect(told).toMatchObject({ information: { version: '3.9.3', routerFlavor: 'traditional_compatible' } });
  expect(told).not.toHaveProperty('information.availablePlugins');
  expect(events.find(({ type }) => type === 'pushed')).toMatchObject({
    payload: { hash: fleet.report().desired?.hash, counts: { routes: 1 } },
  });
  await fleet.stop();
});
