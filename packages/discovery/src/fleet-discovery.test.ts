import { VirtualClock } from '@silverback/clock';
import {
  FleetDiscovery,
  type MembershipSnapshot,
  type ProxyDiscovery,
  type SourceEvent,
  type SourceHealth,
} from './index.ts';

const failing: SourceHealth = { state: 'failing', code: 'DnsTimeout', message: 'no answer' };

/** A source that reports what a test says. */
class HandSource implements ProxyDiscovery {
  ageMs = (): number => 0;
  #report: (snapshot: MembershipSnapshot) => void = () => undefined;

  start(report: (snapshot: MembershipSnapshot) => void): Promise<void> {
    this.#report = report;
    this.say('a');
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  say(hosts: string, health: SourceHealth = { state: 'ok' }, answeredAt?: number): void {
    const members = hosts.split('').map((host) => {
      const name = `${host}:8444`;
      return { key: name, name, protocol: 'https', host, port: 8444, origin: 'hand' } as const;
    });
    this.#report({ origin: 'hand', members, health, ...(answeredAt !== undefined && { answeredAt }) });
  }
}

async function setUp() {
  const clock = new VirtualClock();
  const [first, second] = [new HandSource(), new HandSource()];
  const events: string[] = [];
  const discovery = new FleetDiscovery({
    clock,
    sources: [
      { name: 'hand', discovery: first },
      { name: 'hand-2', discovery: second },
    ],
    onEvent: (event) => events.push(describe(event)),
  });
  expect(discovery.sources()).toEqual([]);
  const merged: string[] = [];
  await discovery.start(({ members }) => merged.push(members.map(({ host }) => host).join('')));
  return { clock, first, second, discovery, merged, heard: () => events.splice(0) };
}

function describe(event: SourceEvent): string {
  const keys = (members: readonly { readonly host: string }[]) => members.map(({ host }) => host).join('');
  if (event.type === 'recovered') return `${event.source} recovered`;
  if (event.type === 'failed') return `${event.source} ${event.health.code} ${event.isNew ? 'new' : 'again'}`;
  return `${event.source} +${keys(event.joined)} -${keys(event.left)} =${event.members}`;
}

test('changes of each source are told, and the members of all are one', async () => {
  const { first, second, merged, heard } = await setUp();
  first.say('ab');
  second.say('bc');
  first.say('ab');
  second.say('');
  expect(heard()).toEqual([
    'hand +a - =1',
    'hand-2 +a - =1',
    'hand +b - =2',
    'hand-2 +bc -a =2',
    'hand-2 + -bc =0',
  ]);
  expect(merged).toEqual(['a', 'ab', 'abc', 'abc', 'ab']);
});

test('a failure is new once, each further one is told, and so is the recovery', async () => {
  const { first, heard } = await setUp();
  heard();
  first.say('a', { ...failing, state: 'stale' });
  first.say('a', { ...failing, state: 'stale' });
  first.say('a', failing);
  first.say('a', { ...failing, code: 'DnsUnreachable' });
  first.say('a');
  first.say('a');
  expect(heard()).toEqual([
    'hand DnsTimeout new',
    'hand DnsTimeout again',
    'hand DnsTimeout new',
    'hand DnsUnreachable new',
    'hand recovered',
  ]);
});

test('the last good answer of a source that is told of changes grows old when it fails', async () => {
  const { clock, first, discovery } = await setUp();
  const age = () => discovery.sources()[0]?.lastGoodAgeMs;
  await clock.advance(5000);
  expect(age()).toBe(0);
  first.say('a', failing);
  await clock.advance(3000);
  first.say('a', failing);
  expect(age()).toBe(3000);
  expect(discovery.sources()[0]).toEqual({
    source: 'hand',
    members: 1,
    health: failing,
    lastGoodAgeMs: 3000,
  });
  first.say('a');
  expect(age()).toBe(0);
});

test('a source that is told of changes may say how long ago it was heard of, which counts while it is well', async () => {
  const { first, discovery } = await setUp();
  first.ageMs = () => 90_000;
  expect(discovery.sources().map(({ lastGoodAgeMs }) => lastGoodAgeMs)).toEqual([90_000, 0]);
  first.say('a', failing);
  expect(discovery.sources()[0]?.lastGoodAgeMs).toBe(0);
});

test('a source that asks now and then says itself when it was answered', async () => {
  const { clock, first, discovery } = await setUp();
  first.say('a', { state: 'ok' }, 0);
  await clock.advance(4000);
  expect(discovery.sources()[0]?.lastGoodAgeMs).toBe(4000);
  first.say('a', failing, 0);
  expect(discovery.sources()[0]?.lastGoodAgeMs).toBe(4000);
});

test('a source without any good answer has none', async () => {
  const events: SourceEvent[] = [];
  const discovery = new FleetDiscovery({
    clock: new VirtualClock(),
    sources: [
      {
        name: 'bad',
        discovery: {
          start: (report) => {
            report({ origin: 'bad', members: [], health: failing });
            return Promise.resolve();
          },
          stop: () => Promise.resolve(),
        },
      },
    ],
    onEvent: (event) => events.push(event),
  });
  await discovery.start(() => undefined);
  expect(discovery.sources()).toEqual([{ source: 'bad', members: 0, health: failing }]);
  expect(events).toHaveLength(1);
});
