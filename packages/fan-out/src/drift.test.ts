import { VirtualClock } from '@silverback/clock';
import { DriftWatch } from './drift.ts';
import { DEFAULT_TIMING, FanOut } from './index.ts';
import { EMPTY, payloadOf, SimulatedProxy } from './testing.ts';
import { arrange } from './testing/arrange.ts';

const A = payloadOf('a').hash;
const B = payloadOf('b').hash;

test('an emptied proxy is repaired at the next look, without being called contended', async () => {
  const { clock, proxy, desire, events, fanOut, state } = arrange({ statusInterval: 1_000 });
  desire('a');
  await clock.advance(100);
  for (let times = 0; times < 3; times += 1) {
    proxy.hash = EMPTY;
    await clock.advance(1_200);
    expect(proxy.hash).toBe(A);
    expect(state()).toBe('in-sync');
  }
  expect(events.filter(({ type }) => type === 'drifted')).toHaveLength(3);
  await fanOut.stop();
});

test('a foreign configuration is replaced at once the first time, and with growing waits while it comes back', async () => {
  const { clock, proxy, desire, state, reason, fanOut } = arrange({ statusInterval: 1_000 });
  desire('a');
  await clock.advance(100);
  proxy.hash = 'f'.repeat(32);
  await clock.advance(1_200);
  expect(proxy.hash).toBe(A);
  proxy.hash = 'f'.repeat(32);
  await clock.advance(5_000);
  expect(proxy.hash).toBe('f'.repeat(32));
  expect([state(), reason()]).toEqual(['contended', 'ForeignWriter']);
  await clock.advance(7_000);
  expect(proxy.hash).toBe(A);
  expect(state()).toBe('in-sync');
  proxy.hash = 'f'.repeat(32);
  await clock.advance(15_000);
  expect(proxy.hash).toBe('f'.repeat(32));
  await clock.advance(8_000);
  expect(proxy.hash).toBe(A);
  await fanOut.stop();
});

test('changes that come while others are applied are not taken for the work of somebody else', async () => {
  const { clock, proxy, desire, events, state, fanOut } = arrange();
  proxy.applyMs = 500;
  for (let change = 0; change < 20; change += 1) {
    desire(`change ${change}`);
    await clock.advance(change % 2 === 0 ? 300 : 2_000);
  }
  await clock.advance(3_000);
  expect(state()).toBe('in-sync');
  expect(events.filter(({ type }) => type === 'drifted')).toEqual([]);
  await fanOut.stop();
});

test('a proxy that accepts our bytes and reports another hash twice is contended, not pushed at for ever', async () => {
  const { clock, proxy, desire, state, reason, fanOut } = arrange();
  proxy.behaviour.reportsHash = 'e'.repeat(32);
  desire('a');
  await clock.advance(9_000);
  expect([state(), reason()]).toEqual(['contended', 'HashNotReproducible']);
  const pushes = proxy.pushed.length;
  expect(pushes).toBeLessThanOrEqual(3);
  await fanOut.stop();
});

test('what was given up and arrives late is not taken for the work of somebody else', async () => {
  const { clock, proxy, desire, state, events, fanOut } = arrange({ applyTimeout: 30_000 });
  proxy.applyMs = 60_000;
  desire('a');
  await clock.advance(25_000);
  proxy.applyMs = 10;
  desire('b');
  await clock.advance(12_000);
  proxy.hash = 'f'.repeat(32);
  await clock.advance(3_000);
  expect([state(), proxy.hash]).toEqual(['in-sync', B]);
  await clock.advance(30_000);
  expect([state(), proxy.hash]).toEqual(['in-sync', B]);
  expect(proxy.texts).toEqual(['b', 'b', 'a', 'b']);
  expect(events.filter((event) => event.type === 'drifted').map(({ repairInMs }) => repairInMs)).toEqual([
    0, 0,
  ]);
  await fanOut.stop();
});

test('uploads that lead to another proxy than questions do are given new connections', async () => {
  const clock = new VirtualClock();
  const proxies = ['asked', 'sent to'].map((name) => new SimulatedProxy(name, clock)) as [
    SimulatedProxy,
    SimulatedProxy,
  ];
  const [asked, sentTo] = proxies;
  let connections = 0;
  const fanOut = new FanOut({
    clock,
    onEvent: () => undefined,
    connect: () => {
      connections += 1;
      const admin = asked.connect();
      if (connections > 1) return admin;
      const other = sentTo.connect();
      return {
        address: admin.address,
        status: (signal) => admin.status(signal),
        information: (signal) => admin.information(signal),
        sendConfiguration: (payload, options) => other.sendConfiguration(payload, options),
        close: async () => {
          await Promise.all([admin.close(), other.close()]);
        },
      };
    },
  });
  fanOut.setMembers([asked.member]);
  fanOut.setDesired(asked.member.key, payloadOf('a'));
  await clock.advance(10_000);
  expect([asked.hash, fanOut.session(asked.member.key)?.state]).toEqual([A, 'in-sync']);
  await fanOut.stop();
});

describe('what is told apart', () => {
  const FOREIGN = 'f'.repeat(32);

  /** A watch that has seen a proxy in sync with A. */
  function watchInSync(): DriftWatch {
    const watch = new DriftWatch(DEFAULT_TIMING);
    watch.confirmed(A);
    return watch;
  }

  /** The wait before the repair of a foreign configuration, after which the proxy is in sync again. */
  function repair(watch: DriftWatch, now: number): number | undefined {
    const drift = watch.examine(FOREIGN, now);
    watch.accepted(A);
    watch.confirmed(A);
    return drift?.delayMs;
  }

  test('what keeps coming back waits longer each time, and is forgotten after ten quiet minutes', () => {
    const watch = watchInSync();
    const waits = Array.from({ length: 9 }, (_, index) => repair(watch, index));
    expect(waits).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000]);
    expect(repair(watch, 8 + 600_000 + 600_001)).toBe(0);
  });

  test('what was given up and is applied late is no repair, once', () => {
    const watch = watchInSync();
    expect(repair(watch, 0)).toBe(0);
    watch.gaveUp(FOREIGN);
    expect(watch.examine(FOREIGN, 1)).toEqual({ expectedHash: A, delayMs: 0 });
    watch.confirmed(A);
    expect(watch.examine(FOREIGN, 2)).toMatchObject({
      delayMs: 10_000,
      contended: { code: 'ForeignWriter' },
    });
  });

  test('another hash than the accepted one is told the second time, unless it was given up', () => {
    const watch = new DriftWatch(DEFAULT_TIMING);
    watch.gaveUp(B);
    for (const [reported, code] of [
      [B, undefined],
      [FOREIGN, undefined],
      [FOREIGN, 'HashNotReproducible'],
    ] as const) {
      watch.accepted(A);
      expect(watch.examine(reported, 0)?.contended?.code).toBe(code);
    }
  });
});
