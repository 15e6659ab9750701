import { VirtualClock } from '@silverback/clock';
import type { MembershipSnapshot, ProxyDiscovery } from '@silverback/discovery';
import { createLogger, createMetrics } from '@silverback/observability';
import { Controller, type ControllerParts, type RunningFleet } from './life-cycle.ts';

/** Parts that write down what is done with them. */
function setUp(changes: Partial<ControllerParts> = {}) {
  const clock = new VirtualClock();
  const journal: string[] = [];
  const note = (text: string): Promise<void> => {
    journal.push(text);
    return Promise.resolve();
  };
  const reports: ((snapshot: MembershipSnapshot) => void)[] = [];
  const lines: Record<string, unknown>[] = [];
  const fleet: RunningFleet & { isOwedAnswers: boolean } = {
    load: () => Promise.resolve(),
    isLedgerKnown: true,
    isOwedAnswers: false,
    events: () => [],
    setMembers: (members) => void note(`members: ${members.map(({ name }) => name).join()}`),
    report: () => ({ name: 'edge', groups: [], proxies: [], held: [], problems: [] }),
    stop: () => note('fleet ends'),
  };
  const discovery: ProxyDiscovery = {
    start: (report) => {
      reports.push(report);
      return note('discovery starts');
    },
    stop: () => note('discovery ends'),
  };
  let isStarted = false;
  const controller = new Controller({
    clock,
    logger: createLogger({
      level: 'info',
      destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    }),
    metrics: createMetrics({ fleets: () => [], proxyStates: [], processMetrics: false }),
    fleets: new Map([['edge', fleet]]),
    reportOf: (running) => running.report(),
    discoveries: new Map([['edge', discovery]]),
    source: {
      start: (report) => {
        report({ resources: [], problems: [], isComplete: true });
        return note('source starts');
      },
      stop: () => note('source ends'),
    },
    pipeline: {
      receive: () => {
        isStarted = true;
      },
      stop: () => void note('pipeline ends'),
      get isStarted() {
        return isStarted;
      },
    },
    ...changes,
  });
  return { clock, controller, fleet, journal, reports, lines };
}

const member = {
  key: '10.0.0.7:8444',
  name: '10.0.0.7:8444',
  protocol: 'https',
  host: '10.0.0.7',
  port: 8444,
  origin: 'static',
} as const;

test('what was started is ended in the opposite order, once', async () => {
  const { controller, journal } = setUp();
  await controller.start();
  await controller.stop();
  await controller.stop();
  expect(journal).toEqual([
    'discovery starts',
    'source starts',
    'source ends',
    'pipeline ends',
    'discovery ends',
    'fleet ends',
  ]);
});

test('when a part cannot start, those that have started are ended', async () => {
  const { controller, journal } = setUp({
    source: { start: () => Promise.reject(new Error('no such directory')), stop: () => Promise.resolve() },
  });
  await expect(controller.start()).rejects.toThrow('no such directory');
  expect(journal).toEqual(['discovery starts', 'pipeline ends', 'discovery ends', 'fleet ends']);
});

test('it is ready when resources were read and every fleet was looked up, whatever the proxies do', async () => {
  const { controller, reports, journal, lines } = setUp();
  expect(controller.missing()).toEqual([
    'the resources have not been read',
    'fleet edge: its proxies have not been looked up',
  ]);
  await controller.start();
  expect(controller.missing()).toEqual(['fleet edge: its proxies have not been looked up']);
  reports[0]?.({ origin: 'static', members: [member], health: { state: 'ok' } });
  expect(controller.missing()).toEqual([]);
  expect(journal).toContain('members: 10.0.0.7:8444');
  expect(lines).toMatchObject([{ level: 'info', event: 'membership', fleet: 'edge', proxies: 1 }]);
  await controller.stop();
});

test('no proxies are a state like others, and the same members again are nothing new', async () => {
  const { controller, reports, journal, lines } = setUp();
  await controller.start();
  const health = { state: 'ok' } as const;
  for (const members of [[], [], [member], [{ ...member }]]) {
    reports[0]?.({ origin: 'dnsSrv', members, health });
  }
  expect(lines).toMatchObject([
    { event: 'membership', origin: 'dnsSrv', proxies: 0 },
    { event: 'membership', origin: 'dnsSrv', proxies: 1 },
  ]);
  expect(journal.filter((entry) => entry.startsWith('members'))).toEqual([
    'members: ',
    'members: 10.0.0.7:8444',
  ]);
  await controller.stop();
});

test('health is served from the start, and ends last', async () => {
  const { controller, lines } = setUp({ healthAddress: { host: '127.0.0.1', port: 0 } });
  await controller.start();
  const { port } = lines.find(({ event }) => event === 'health-served') as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    ready: false,
    missing: ['fleet edge: its proxies have not been looked up'],
  });
  await controller.stop();
  await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow('fetch failed');
});

test.each([
  ['an answer that comes in time is waited for, and the lease is given back', 2_000, true],
  ['the lease is kept where a proxy may still apply something', 60_000, false],
])('%s', async (_, answersAfterMs, isReleased) => {
  const { clock, fleet } = setUp();
  const releases: boolean[] = [];
  const election = {
    state: 'leader',
    holder: 'this one',
    start: () => undefined,
    stop: (release: boolean) => {
      releases.push(release);
      return Promise.resolve();
    },
  };
  const { controller } = setUp({ clock, election, fleets: new Map([['edge', fleet]]) });
  await controller.start();
  fleet.isOwedAnswers = true;
  clock.schedule(answersAfterMs, () => {
    fleet.isOwedAnswers = false;
  });
  const stopped = controller.stop();
  await clock.advance(10_000);
  await stopped;
  expect(releases).toEqual([isReleased]);
});
