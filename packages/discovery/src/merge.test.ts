import { VirtualClock } from '@silverback/clock';
import {
  mergeDiscoveries,
  mergeSnapshots,
  type MembershipSnapshot,
  type ProxyDiscovery,
  type ProxyMember,
} from './index.ts';

function snapshot(origin: string, ...members: Partial<ProxyMember>[]): MembershipSnapshot {
  return {
    origin,
    health: { state: 'ok' },
    members: members.map((member) => {
      const { host = 'kong', port = 8444 } = member;
      const name = `${host}:${port}`;
      return { key: name, name, protocol: 'https', host, port, origin, ...member };
    }),
  };
}

function described({ members }: MembershipSnapshot): string[] {
  return members.map(({ key, origin, serverName }) => `${key} ${serverName ?? '-'} by ${origin}`);
}

test('an address of several backends is one member: the first one counts, all are named', () => {
  const first = snapshot('static', { host: '10.0.0.7', serverName: 'a' }, { host: '10.0.0.9' });
  const second = snapshot('dnsSrv', { host: '10.0.0.7', serverName: 'b' }, { host: '10.0.0.8' });
  const merged = mergeSnapshots([first, second, first]);
  expect(described(merged)).toEqual([
    '10.0.0.7:8444 a by static,dnsSrv',
    '10.0.0.8:8444 - by dnsSrv',
    '10.0.0.9:8444 - by static',
  ]);
  expect(merged.origin).toBe('static,dnsSrv');
});

test('a member that names an address only is the pod that another backend knows there', () => {
  const merged = mergeSnapshots([
    snapshot('static', { serverName: 'a' }),
    snapshot('endpoints', { key: 'kong:8444#pod-1', serverName: 'b' }),
  ]);
  expect(described(merged)).toEqual(['kong:8444#pod-1 a by static,endpoints']);
});

test('two pods that follow each other on one address stay two', () => {
  const merged = mergeSnapshots([snapshot('endpoints', { key: 'kong:8444#b' }, { key: 'kong:8444#a' })]);
  expect(described(merged)).toEqual(['kong:8444#a - by endpoints', 'kong:8444#b - by endpoints']);
});

test('one failing backend shows, and takes nobody away', () => {
  const failing: MembershipSnapshot = {
    ...snapshot('dnsSrv', { host: 'b' }),
    health: { state: 'failing', code: 'HostNotFound', message: 'no such name' },
  };
  const merged = mergeSnapshots([snapshot('static', { host: 'a' }), failing]);
  expect(merged.health).toEqual(failing.health);
  expect(merged.members).toHaveLength(2);
});

class HandDiscovery implements ProxyDiscovery {
  report: (snapshot: MembershipSnapshot) => void = () => undefined;
  stopped = false;
  readonly #first: MembershipSnapshot;

  constructor(first: MembershipSnapshot) {
    this.#first = first;
  }

  async start(report: (snapshot: MembershipSnapshot) => void): Promise<void> {
    this.report = report;
    await Promise.resolve();
    report(this.#first);
  }

  stop(): Promise<void> {
    this.stopped = true;
    return Promise.resolve();
  }
}

test('merged backends report when all of them have, and at each change since', async () => {
  const one = new HandDiscovery(snapshot('static', { host: 'a' }));
  const other = new HandDiscovery(snapshot('dnsSrv', { host: 'b' }));
  const merged = mergeDiscoveries([one, other], new VirtualClock());
  const reports: string[][] = [];
  await merged.start((report) => reports.push(report.members.map(({ host }) => host)));
  expect(reports).toEqual([['a', 'b']]);
  other.report(snapshot('dnsSrv'));
  expect(reports[1]).toEqual(['a']);
  await merged.stop();
  expect([one.stopped, other.stopped]).toEqual([true, true]);
});

test('a backend without anything to say delays the proxies of the others for half a minute, and joins in later', async () => {
  const clock = new VirtualClock();
  const one = new HandDiscovery(snapshot('static', { host: 'a' }));
  let tell: (snapshot: MembershipSnapshot) => void = () => undefined;
  const silent: ProxyDiscovery = {
    start: (report) => {
      tell = report;
      return new Promise(() => undefined);
    },
    stop: () => Promise.resolve(),
  };
  const reports: string[][] = [];
  const merged = mergeDiscoveries([one, silent], clock);
  void merged.start((report) => reports.push(report.members.map(({ host }) => host)));
  await clock.advance(29_000);
  expect(reports).toEqual([]);
  await clock.advance(2_000);
  expect(reports).toEqual([['a']]);
  tell(snapshot('endpoints', { host: 'b' }));
  expect(reports[1]).toEqual(['a', 'b']);
  await merged.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('backends that all have nothing to say report nothing: no membership is not an empty one', async () => {
  const clock = new VirtualClock();
  const silent: ProxyDiscovery = { start: () => new Promise(() => undefined), stop: () => Promise.resolve() };
  const reports: MembershipSnapshot[] = [];
  const merged = mergeDiscoveries([silent, silent], clock);
  void merged.start((report) => reports.push(report));
  await clock.advance(60_000);
  expect(reports).toEqual([]);
  await merged.stop();
});

test('no backend at all is a fleet without proxies', async () => {
  const reports: MembershipSnapshot[] = [];
  await mergeDiscoveries([], new VirtualClock()).start((report) => reports.push(report));
  expect(reports).toEqual([{ origin: '', members: [], health: { state: 'ok' } }]);
});

test('whoever knows the pod says that it leaves; an address alone does not hold it', () => {
  const merged = mergeSnapshots([
    snapshot('static', { host: 'a' }, { host: 'b' }),
    snapshot('endpoints', { host: 'a', key: 'a:8444#pod', leaving: true }),
    snapshot('dnsSrv', { host: 'b', leaving: true }),
  ]);
  expect(merged.members.map(({ key, leaving }) => [key, leaving])).toEqual([
    ['a:8444#pod', true],
    ['b:8444', undefined],
  ]);
});

test('who says that an address leaves does not outvote who says that it stays', () => {
  const leaving = snapshot('dnsSrv', { host: 'b', leaving: true });
  const [member] = mergeSnapshots([leaving, snapshot('static', { host: 'b' })]).members;
  expect(member).toMatchObject({ key: 'b:8444', origin: 'dnsSrv,static' });
  expect(member).not.toHaveProperty('leaving');
});

test('another port of the same host is another proxy, whoever knows the pod', () => {
  const pod = snapshot('endpoints', { host: 'a', port: 8444, key: 'a:8444#pod' });
  expect(described(mergeSnapshots([pod, snapshot('static', { host: 'a', port: 9444 })]))).toEqual([
    'a:8444#pod - by endpoints',
    'a:9444 - by static',
  ]);
});

test('a stale backend shows, and a failing one before it', () => {
  const health = (state: 'stale' | 'failing') => ({ state, code: 'DnsTimeout', message: state });
  const stale = { ...snapshot('dnsSrv'), health: health('stale') };
  const failing = { ...snapshot('endpoints'), health: health('failing') };
  expect(mergeSnapshots([snapshot('static'), stale]).health.state).toBe('stale');
  expect(mergeSnapshots([stale, failing]).health.state).toBe('failing');
});
