import { VirtualClock } from '@silverback/clock';
import {
  guardBackend,
  type BackendServices,
  type DiscoveryBackend,
  type MembershipSnapshot,
  type ProxyDiscovery,
} from './index.ts';
import { HandCluster, insecure, secure, services } from './testing/services.ts';

const member = { key: 'a:1', name: 'a:1', protocol: 'https', host: 'a', port: 1 };
const good = { members: [member], health: { state: 'ok' } };

function backend(discovery: Partial<ProxyDiscovery>, parse?: () => unknown): DiscoveryBackend {
  return {
    name: 'other',
    parseSettings: (parse ?? (() => ({ ok: true, settings: 1 }))) as DiscoveryBackend['parseSettings'],
    create: () => ({ start: () => Promise.resolve(), stop: () => Promise.resolve(), ...discovery }),
  };
}

/** What is reported when the backend reports these values, one after the other. */
async function reportsOf(values: readonly unknown[], context = secure): Promise<MembershipSnapshot[]> {
  const start: ProxyDiscovery['start'] = (report) => {
    for (const value of values) report(value as MembershipSnapshot);
    return Promise.resolve();
  };
  const reports: MembershipSnapshot[] = [];
  const discovery = guardBackend(backend({ start })).create(1, context, services());
  await discovery.start((snapshot) => reports.push(snapshot));
  await discovery.stop();
  return reports;
}

test('a report that keeps the contract is taken over, sorted and under the name of the backend', async () => {
  const second = {
    ...member,
    key: '0',
    host: '2001:db8::1',
    serverName: 'b.example',
    leaving: true,
    more: 1,
  };
  const [report] = await reportsOf([{ ...good, members: [member, second], origin: 'x', answeredAt: -5 }]);
  expect(report).toEqual({
    origin: 'other',
    health: { state: 'ok' },
    answeredAt: -5,
    members: [
      {
        key: '0',
        name: 'a:1',
        protocol: 'https',
        host: '2001:db8::1',
        port: 1,
        serverName: 'b.example',
        leaving: true,
        origin: 'other',
      },
      { ...member, origin: 'other' },
    ],
  });
});

test.each([
  ['nothing', undefined],
  ['no members', { health: { state: 'ok' } }],
  ['no health', { members: [] }],
  ['a failure without a code', { members: [], health: { state: 'failing' } }],
  ['a key twice', { ...good, members: [member, member] }],
  ['plain http', { ...good, members: [{ ...member, protocol: 'http' }] }],
  ['a URL as host', { ...good, members: [{ ...member, host: 'https://a' }] }],
  ['a host with a port', { ...good, members: [{ ...member, host: 'a:8444' }] }],
  ['a port that is text', { ...good, members: [{ ...member, port: '1' }] }],
  ['a server name that is none', { ...good, members: [{ ...member, serverName: '*' }] }],
  ['a time of day for a time of the clock', { ...good, answeredAt: Date.now() }],
  ['a time that is none', { ...good, answeredAt: NaN }],
  ['a time as text', { ...good, answeredAt: '5' }],
  ['a member that is none', { ...good, members: [null] }],
])('%s leaves the last good members in force', async (_, value) => {
  const reports = await reportsOf([good, value]);
  expect(reports[1]).toMatchObject({
    members: [{ key: 'a:1' }],
    health: { state: 'failing', code: 'DiscoveryReportInvalid' },
  });
});

test('an insecure fleet takes http', async () => {
  const [report] = await reportsOf([{ ...good, members: [{ ...member, protocol: 'http' }] }], insecure);
  expect(report?.health).toEqual({ state: 'ok' });
});

test.each([
  [
    'create',
    () => ({
      ...backend({}),
      create: () => {
        throw new Error('no disk');
      },
    }),
  ],
  ['start', () => backend({ start: () => Promise.reject(new Error('no disk')) })],
  [
    'start at once',
    () =>
      backend({
        start: () => {
          throw new Error('no disk');
        },
      }),
  ],
])('what %s throws is a failing source', async (_, make) => {
  const reports: MembershipSnapshot[] = [];
  await guardBackend(make())
    .create(1, secure, services())
    .start((snapshot) => reports.push(snapshot));
  expect(reports).toEqual([
    {
      origin: 'other',
      members: [],
      health: {
        state: 'failing',
        code: 'DiscoveryBackendFailed',
        message: 'the backend other could not start: no disk',
      },
    },
  ]);
});

test('a backend that never reports delays nobody for longer than half a minute', async () => {
  const clock = new VirtualClock();
  const reports: MembershipSnapshot[] = [];
  const silent = backend({ start: () => new Promise(() => undefined) });
  const started = guardBackend(silent)
    .create(1, secure, services(clock))
    .start((snapshot) => reports.push(snapshot));
  await clock.advance(29_999);
  expect(reports).toEqual([]);
  await clock.advance(1);
  await started;
  expect(reports[0]?.health).toMatchObject({ code: 'DiscoveryBackendFailed' });
});

const oops = (): never => {
  throw new Error('oops');
};
/** Fits where nothing is to be returned, as an async function does. */
const rejects: () => unknown = () => Promise.resolve().then(oops);
const late: readonly [string, (services: BackendServices) => void][] = [
  ['thrown by a timer', ({ clock }) => clock.schedule(1000, oops)],
  ['rejected by a timer', ({ clock }) => clock.schedule(1000, rejects)],
  ['thrown when endpoints change', ({ endpoints }) => endpoints.follow({ namespace: 'a', name: 'b' }, oops)],
];

test.each(late)('an error %s is a failing source, which keeps its members', async (_, use) => {
  const clock = new VirtualClock();
  const cluster = new HandCluster();
  const reports: MembershipSnapshot[] = [];
  const discovery = guardBackend({
    ...backend({}),
    create: (_settings, _context, given) => ({
      start: (report) => {
        report(good as unknown as MembershipSnapshot);
        use(given);
        return Promise.resolve();
      },
      stop: () => Promise.resolve(),
    }),
  }).create(1, secure, services(clock, cluster));
  await discovery.start((snapshot) => reports.push(snapshot));
  cluster.set({ slices: [] });
  await clock.advance(1000);
  expect(reports).toMatchObject([
    { health: { state: 'ok' } },
    {
      members: [{ key: 'a:1' }],
      health: {
        state: 'failing',
        code: 'DiscoveryBackendFailed',
        message: 'the backend other has failed: oops',
      },
    },
  ]);
  await discovery.stop();
});

test.each([
  ['fails', () => Promise.reject(new Error('oops'))],
  ['throws', oops],
])('an end that %s is an end', async (_, stop) => {
  const discovery = guardBackend(backend({ start: reportsGood, stop })).create(1, secure, services());
  await discovery.start(() => undefined);
  await expect(discovery.stop()).resolves.toBeUndefined();
});

test('an end that never comes is waited for five seconds', async () => {
  const clock = new VirtualClock();
  const stop = (): Promise<void> => new Promise(() => undefined);
  const discovery = guardBackend(backend({ start: reportsGood, stop })).create(1, secure, services(clock));
  await discovery.start(() => undefined);
  let hasEnded = false;
  const stopped = discovery.stop().then(() => (hasEnded = true));
  await clock.advance(4999);
  expect(hasEnded).toBe(false);
  await clock.advance(1);
  await stopped;
  expect(clock.pendingTimers).toBe(0);
});

function reportsGood(report: (snapshot: MembershipSnapshot) => void): Promise<void> {
  report(good as unknown as MembershipSnapshot);
  return Promise.resolve();
}

test('nothing is reported after the end, which also ends a start', async () => {
  let late: (snapshot: MembershipSnapshot) => void = () => undefined;
  const start: ProxyDiscovery['start'] = (report) => {
    late = report;
    return new Promise(() => undefined);
  };
  const reports: MembershipSnapshot[] = [];
  const discovery = guardBackend(backend({ start })).create(1, secure, services());
  const started = discovery.start((snapshot) => reports.push(snapshot));
  await discovery.stop();
  await started;
  late(good as unknown as MembershipSnapshot);
  expect(reports).toEqual([]);
});

const refuses = 'the backend refuses its settings without a reason';

test.each([
  [
    'an error',
    () => {
      throw new Error('oops');
    },
    'the backend could not check its settings: oops',
  ],
  ['nothing', () => undefined, refuses],
  ['no issues', () => ({ ok: false }), refuses],
  ['issues that are none', () => ({ ok: false, issues: ['x', { path: 1 }] }), refuses],
  ['an issue', () => ({ ok: false, issues: [{ path: '', message: 'is wrong' }] }), 'is wrong'],
])('%s from parseSettings is a mistake in the settings', (_, parse, message) => {
  expect(guardBackend(backend({}, parse)).parseSettings({}, secure)).toEqual({
    ok: false,
    issues: [{ path: '', message }],
  });
});
