import { payloadOf, type SimulatedProxy } from './testing.ts';
import { arrange } from './testing/arrange.ts';

const A = payloadOf('a').hash;
const B = payloadOf('b').hash;
const names = ['dead-1', 'dead-2', 'dead-3', 'dead-4', 'good-1', 'good-2'];

function arrangeDead(spoil: (proxy: SimulatedProxy) => void) {
  const arranged = arrange({ uploads: 2 }, { names });
  for (const proxy of arranged.proxies.slice(0, 4)) spoil(proxy);
  for (const { member } of arranged.proxies) arranged.fanOut.setDesired(member.key, payloadOf('a'));
  return { ...arranged, good: arranged.proxies.slice(4) };
}

test('proxies that answer nothing on a connection for uploads hold no slot', async () => {
  const { clock, good, fanOut } = arrangeDead(({ behaviour }) => (behaviour.hangsForUploads = true));
  await clock.advance(200);
  expect(good.map(({ hash }) => hash)).toEqual([A, A]);
  await fanOut.stop();
});

test('uploads that make no progress give their slots up, however large they are', async () => {
  const { clock, good, proxies, fanOut } = arrangeDead(({ behaviour }) => (behaviour.stalls = true));
  for (const { member } of proxies) {
    fanOut.setDesired(member.key, { ...payloadOf('a '), byteLength: 100_000_000 });
    fanOut.setDesired(member.key, { ...payloadOf('a'), byteLength: 100_000_000 });
  }
  await clock.advance(900);
  expect(good.map(({ hash }) => hash)).not.toContain(A);
  await clock.advance(2_000);
  expect(good.map(({ hash }) => hash)).toEqual([A, A]);
  await fanOut.stop();
});

test('uploads that trickle give their slots up, although each slice is taken in time', async () => {
  const { clock, good, proxies, fanOut } = arrangeDead((proxy) => {
    proxy.slices = 200;
    proxy.uploadMs = 180_000;
  });
  for (const { member } of proxies) {
    fanOut.setDesired(member.key, { ...payloadOf('a'), byteLength: 1_048_576 });
  }
  await clock.advance(10_000);
  expect(good.map(({ hash }) => hash)).toEqual([A, A]);
  await clock.advance(200_000);
  expect(proxies.map(({ hash }) => hash)).toEqual(names.map(() => A));
  await fanOut.stop();
});

test('where the network is slow for all the bound holds', async () => {
  const { clock, proxies, fanOut } = arrange({ uploads: 1, paceFactor: 0 }, { names });
  const desire = (text: string): void => {
    for (const { member } of proxies) {
      fanOut.setDesired(member.key, { ...payloadOf(text), byteLength: 1_048_576 });
    }
  };
  for (const proxy of proxies) {
    proxy.slices = 20;
    proxy.uploadMs = 5_000;
  }
  desire('a');
  await clock.advance(40_000);
  expect(proxies.map(({ hash }) => hash)).toEqual(names.map(() => A));
  desire('b');
  await clock.advance(500);
  for (let second = 0; second < 25; second += 1) {
    await clock.advance(1_000);
    expect(proxies.reduce((sum, { inFlight }) => sum + inFlight, 0)).toBe(1);
  }
  await fanOut.stop();
});

test('proxies that take long to apply hold no slot', async () => {
  const { clock, good, fanOut } = arrangeDead((proxy) => (proxy.applyMs = 20_000));
  await clock.advance(200);
  expect(good.map(({ hash }) => hash)).toEqual([A, A]);
  await fanOut.stop();
});

test('never more uploads than slots make progress', async () => {
  const { clock, proxies, fanOut } = arrange({ uploads: 2 }, { names });
  for (const proxy of proxies) {
    proxy.uploadMs = 900;
    fanOut.setDesired(proxy.member.key, payloadOf('a'));
  }
  await clock.advance(100);
  expect(proxies.reduce((sum, { inFlight }) => sum + inFlight, 0)).toBe(2);
  await clock.advance(5_000);
  expect(proxies.map(({ hash }) => hash)).toEqual(names.map(() => A));
  await fanOut.stop();
});

test('who gets a slot late sends what is desired then, not what was when it asked', async () => {
  const { clock, proxies, fanOut } = arrange({ uploads: 1 }, { names: ['first', 'second'] });
  const [first, second] = proxies as [SimulatedProxy, SimulatedProxy];
  first.uploadMs = 900;
  for (const { member } of proxies) fanOut.setDesired(member.key, payloadOf('a'));
  await clock.advance(100);
  fanOut.setDesired(second.member.key, payloadOf('b'));
  await clock.advance(2_000);
  expect(second.pushed.map(({ hash }) => hash)).toEqual([B]);
  await fanOut.stop();
});

test('who waits for a slot when everything ends does not keep it from ending', async () => {
  const { clock, proxies, fanOut } = arrange({ uploads: 1 }, { names });
  for (const proxy of proxies) {
    proxy.uploadMs = 900;
    fanOut.setDesired(proxy.member.key, payloadOf('a'));
  }
  await clock.advance(100);
  await fanOut.stop();
  expect(proxies.map(({ hash }) => hash)).not.toContain(A);
  await clock.advance(0);
  expect(clock.pendingTimers).toBe(0);
});

test('a broken connection has the proxy looked at, and repaired, at once', async () => {
  const { clock, proxy, desire, fanOut, state } = arrange({ statusInterval: 60_000 });
  desire('a');
  await clock.advance(1_000);
  proxy.restart(false);
  await clock.advance(900);
  expect(proxy.hash).toBe(A);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test.each([
  ['down', true],
  ['up', false],
])(
  'connections that keep breaking do not make a proxy that is %s looked at without end',
  async (_, isDown) => {
    const { clock, proxy, desire, fanOut } = arrange();
    desire('a');
    await clock.advance(1_000);
    proxy.behaviour.isDown = isDown;
    const before = proxy.statusReads;
    for (let times = 0; times < 100; times += 1) {
      proxy.breakConnections();
      await clock.advance(100);
    }
    expect(proxy.statusReads - before).toBeLessThan(12);
    await fanOut.stop();
  },
);
