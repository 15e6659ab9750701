import { VirtualClock } from '@silverback/clock';
import type { NodeStatus } from '@silverback/kong-admin';
import { FanOut } from './index.ts';
import { EMPTY, payloadOf, SimulatedProxy } from './testing.ts';
import { arrange } from './testing/arrange.ts';

const reads = ({ events }: ReturnType<typeof arrange>) =>
  events.filter(({ type }) => type === 'information-read').length;

test('the facts of a proxy are read every five minutes', async () => {
  const arranged = arrange();
  const { clock, desire, fanOut } = arranged;
  desire('a');
  await clock.advance(290_000);
  expect(reads(arranged)).toBe(1);
  await clock.advance(15_000);
  expect(reads(arranged)).toBe(2);
  await fanOut.stop();
});

test('the facts of a proxy are read again when it comes back', async () => {
  const arranged = arrange();
  const { clock, proxy, desire, fanOut, key } = arranged;
  desire('a');
  await clock.advance(1_000);
  proxy.behaviour.isDown = true;
  await clock.advance(5_000);
  proxy.behaviour.isDown = false;
  proxy.version = '3.10.0';
  await clock.advance(30_000);
  expect(reads(arranged)).toBe(2);
  expect(fanOut.session(key)?.information?.version).toBe('3.10.0');
  await fanOut.stop();
});

test.each(['3.3.1', '2.8.1', '4.0.0', '3', 'unknown', '13.9.3'])(
  'a proxy of version %s is reported and left alone',
  async (version) => {
    const { clock, proxy, desire, fanOut, state, reason } = arrange();
    proxy.version = version;
    desire('a');
    await clock.advance(10_000);
    expect([state(), reason()]).toEqual(['waiting', 'ProxyVersionUnsupported']);
    expect(proxy.pushed).toEqual([]);
    await fanOut.stop();
  },
);

test('a proxy with a database is reported and left alone', async () => {
  const { clock, proxy, desire, fanOut, state, reason } = arrange();
  proxy.database = 'postgres';
  desire('a');
  await clock.advance(10_000);
  expect([state(), reason()]).toEqual(['waiting', 'ProxyHasDatabase']);
  expect(proxy.pushed).toEqual([]);
  await fanOut.stop();
});

test.each(['3.4.0', '3.9.3', '3.10.0.1-enterprise-edition', '3.12-dev'])(
  'a proxy of version %s is configured',
  async (version) => {
    const { clock, proxy, desire, fanOut, state } = arrange();
    proxy.version = version;
    desire('a');
    await clock.advance(1_000);
    expect(state()).toBe('in-sync');
    await fanOut.stop();
  },
);

test('what is pinned counts more than what the proxy says, also for what is supported', async () => {
  const pins = { version: '3.9', routerFlavor: 'expressions' };
  const { clock, proxy, desire, fanOut, key } = arrange({}, { pins });
  proxy.version = '2.8.1';
  desire('a');
  await clock.advance(1_000);
  expect(fanOut.session(key)).toMatchObject({ state: 'in-sync', information: pins });
  await fanOut.stop();
});

test('restarts, with other workers and other node ids each time, are not taken for several proxies', async () => {
  const { clock, proxy, desire, fanOut, state } = arrange();
  desire('a');
  for (let restart = 0; restart < 5; restart += 1) {
    await clock.advance(3_000);
    proxy.restart(false);
    proxy.nodeId = `node ${restart}`;
  }
  await clock.advance(3_000);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test('one return of worker ids is no proof: a container that restarts may give them out again', async () => {
  const { clock, proxy, desire, fanOut, state } = arrange();
  const { pids } = proxy;
  desire('a');
  await clock.advance(3_000);
  proxy.restart(true);
  await clock.advance(3_000);
  proxy.pids = pids;
  await clock.advance(3_000);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test('a container that restarts with the worker ids of before is told by its requests', async () => {
  const arranged = arrange();
  const { clock, proxy, desire, fanOut, events, state } = arranged;
  desire('a');
  await clock.advance(60_000);
  proxy.restart(true, { keepsPids: true });
  await clock.advance(3_000);
  expect(events.filter(({ type }) => type === 'restarted')).toHaveLength(1);
  expect([reads(arranged), state()]).toEqual([2, 'in-sync']);
  await fanOut.stop();
});

/** One address behind which there are two proxies, as behind a load balancer. */
function arrangeTwo(nodeIds: readonly string[], apart: number) {
  const clock = new VirtualClock();
  const proxies = nodeIds.map((nodeId, index) => {
    const proxy = new SimulatedProxy('balancer', clock);
    proxy.nodeId = nodeId;
    proxy.pids = [index * apart + 11, index * apart + 12];
    proxy.requests = index * 1_000;
    return proxy;
  });
  const [first, second] = proxies as [SimulatedProxy, SimulatedProxy];
  // In an order that looks random: one in turn would lead the same questions to the same proxy.
  let seed = 1;
  const next = (): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 31;
  const fanOut = new FanOut({
    clock,
    random: () => 0.5,
    onEvent: () => undefined,
    connect: (member) => {
      const apis = proxies.map((proxy) => proxy.connect());
      const turn = () => apis[next()] as (typeof apis)[0];
      return {
        address: member.name,
        status: (signal) => turn().status(signal),
        information: (signal) => turn().information(signal),
        sendConfiguration: (payload, options) => turn().sendConfiguration(payload, options),
        close: () => Promise.resolve(),
      };
    },
  });
  fanOut.setMembers([first.member]);
  fanOut.setDesired(first.member.key, payloadOf('a'));
  return { clock, fanOut, first, second, session: () => fanOut.session(first.member.key) };
}

test.each([
  ['node ids', ['node 1', 'node 2'], 100],
  ['worker ids only', ['the same', 'the same'], 100],
  ['node ids and requests only, as containers with the same worker ids', ['node 1', 'node 2'], 0],
] as const)('several proxies behind one address are told by their %s', async (_, nodeIds, apart) => {
  const { clock, fanOut, first, second, session } = arrangeTwo(nodeIds, apart);
  await clock.advance(60_000);
  expect(session()).toMatchObject({ state: 'contended', reason: { code: 'NotOneProxy' } });
  expect(first.pushed.length + second.pushed.length).toBeLessThan(12);
  await fanOut.stop();
});

test('several proxies of which one never holds what it gets are not pushed at without a wait', async () => {
  const { clock, fanOut, first, second, session } = arrangeTwo(['node 1', 'node 2'], 100);
  second.behaviour.reportsHash = 'e'.repeat(32);
  await clock.advance(60_000);
  expect(session()).toMatchObject({ state: 'contended', reason: { code: 'NotOneProxy' } });
  expect(first.pushed.length + second.pushed.length).toBeLessThan(12);
  await fanOut.stop();
});

test.each<[string, (look: number) => Pick<NodeStatus, 'workerPids' | 'requests'>]>([
  ['its workers', (look) => ({ workerPids: [look] })],
  ['its workers every other time', (look) => ({ workerPids: [Math.floor(look / 2)] })],
  ['its requests', (look) => ({ workerPids: [1], requests: 1_000_000 - look })],
])(
  'what is another process again and again, by %s, and never holds what it gets, is not pushed at',
  async (_, told) => {
    const clock = new VirtualClock();
    const proxy = new SimulatedProxy('k', clock);
    let look = 0;
    const fanOut = new FanOut({
      clock,
      onEvent: () => undefined,
      connect: () => {
        const admin = proxy.connect();
        return {
          address: admin.address,
          status: async (signal) => {
            const { configurationHash = EMPTY } = await admin.status(signal);
            look += 1;
            return { configurationHash, ...told(look) };
          },
          information: (signal) => admin.information(signal),
          sendConfiguration: (payload, options) => admin.sendConfiguration(payload, options),
          close: () => admin.close(),
        };
      },
    });
    proxy.behaviour.reportsHash = 'e'.repeat(32);
    fanOut.setMembers([proxy.member]);
    fanOut.setDesired(proxy.member.key, payloadOf('a'));
    await clock.advance(60_000);
    expect(proxy.pushed.length).toBeLessThan(30);
    expect(fanOut.session(proxy.member.key)).toMatchObject({
      state: 'contended',
      reason: { code: 'NotOneProxy' },
    });
    await fanOut.stop();
  },
);
