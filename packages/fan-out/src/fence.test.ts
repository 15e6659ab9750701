import { EMPTY, payloadOf } from './testing.ts';
import { arrange } from './testing/arrange.ts';

const A = payloadOf('a').hash;
const B = payloadOf('b').hash;

function arrangeFence() {
  const lease = { isHeld: true };
  return { ...arrange({}, { mayPush: () => lease.isHeld }), lease };
}

test('a replica without a lease sends nothing, and says so', async () => {
  const { clock, proxy, desire, fanOut, state, reason, lease } = arrangeFence();
  lease.isHeld = false;
  desire('a');
  await clock.advance(10_000);
  expect([state(), reason()]).toEqual(['waiting', 'NotLeader']);
  expect(proxy.pushed).toEqual([]);
  lease.isHeld = true;
  await clock.advance(2_500);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test('a replica without a lease still sees that a proxy is in sync', async () => {
  const { clock, proxy, desire, fanOut, state, lease } = arrangeFence();
  lease.isHeld = false;
  proxy.hash = A;
  desire('a');
  await clock.advance(100);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test.each([
  ['in the middle', 300],
  ['before the last slice', 900],
])('an upload is destroyed when the lease is lost %s', async (_, afterMs) => {
  const { clock, proxy, desire, fanOut, state, reason, lease, events } = arrangeFence();
  proxy.uploadMs = 1_000;
  desire('a');
  await clock.advance(afterMs);
  expect(state()).toBe('pushing');
  lease.isHeld = false;
  await clock.advance(10_000);
  expect(proxy.hash).toBe(EMPTY);
  expect([state(), reason()]).toEqual(['waiting', 'NotLeader']);
  expect(events.filter(({ type }) => type === 'pushed')).toMatchObject([{ reason: { code: 'NotLeader' } }]);
  lease.isHeld = true;
  await clock.advance(4_000);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test('what another replica does while it leads is no drift', async () => {
  const { clock, proxy, desire, fanOut, state, lease, events } = arrangeFence();
  desire('a');
  await clock.advance(1_000);
  lease.isHeld = false;
  for (const hash of [B, A, B, 'c'.repeat(32)]) {
    proxy.hash = hash;
    await clock.advance(3_000);
  }
  lease.isHeld = true;
  await clock.advance(3_000);
  expect(state()).toBe('in-sync');
  expect(proxy.hash).toBe(A);
  expect(events.filter(({ type }) => type === 'drifted')).toEqual([]);
  await fanOut.stop();
});

function arrangeRestore() {
  const allowed = { push: false, restore: true };
  const arranged = arrange({}, { mayPush: () => allowed.push, mayRestore: () => allowed.restore });
  arranged.fanOut.setLastGood(arranged.key, payloadOf('a'));
  return { ...arranged, allowed };
}

test('an empty proxy gets the last known good configuration where nobody can be told who leads', async () => {
  const { clock, proxy, desire, fanOut, state, reason } = arrangeRestore();
  desire('b');
  await clock.advance(10_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A]);
  expect([state(), reason()]).toEqual(['waiting', 'NotLeader']);
  proxy.restart(false);
  await clock.advance(10_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A, A]);
  await fanOut.stop();
});

test('a proxy that holds something gets nothing from a replica that does not lead', async () => {
  const { clock, proxy, desire, fanOut, allowed } = arrangeRestore();
  proxy.hash = B;
  desire('c');
  await clock.advance(10_000);
  expect(proxy.pushed).toEqual([]);
  proxy.restart(false);
  allowed.restore = false;
  await clock.advance(10_000);
  expect(proxy.pushed).toEqual([]);
  await fanOut.stop();
});

test('a proxy that refuses what was accepted last and gets something elsewhere meanwhile is not asked why', async () => {
  const { clock, proxy, fanOut } = arrangeRestore();
  proxy.behaviour.refuses = 'everything';
  proxy.applyMs = 4_000;
  await clock.advance(1_000);
  proxy.hash = B;
  await clock.advance(20_000);
  expect(proxy.pushed).toHaveLength(1);
  await fanOut.stop();
});

test('a restoring upload is destroyed when somebody may lead again', async () => {
  const { clock, proxy, fanOut, allowed } = arrangeRestore();
  proxy.uploadMs = 1_000;
  await clock.advance(900);
  allowed.restore = false;
  await clock.advance(10_000);
  expect(proxy.hash).toBe(EMPTY);
  await fanOut.stop();
});

test('a proxy that gets another key while a request to it is open gets nothing before that is settled', async () => {
  const { clock, proxy, fanOut, desire } = arrange();
  proxy.applyMs = 20_000;
  desire('a');
  await clock.advance(100);
  const key = `${proxy.member.key}#pod`;
  fanOut.setMembers([{ ...proxy.member, key }]);
  fanOut.setDesired(key, payloadOf('b'));
  await clock.advance(60_000);
  expect(proxy.mostInFlight).toBe(1);
  expect(proxy.hash).toBe(B);
  await fanOut.stop();
});

test('a restoring upload is destroyed when this replica leads itself: it has something better', async () => {
  const { clock, proxy, desire, fanOut, allowed } = arrangeRestore();
  proxy.uploadMs = 1_000;
  desire('b');
  await clock.advance(900);
  allowed.push = true;
  await clock.advance(10_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([B]);
  await fanOut.stop();
});

test('a lease that is lost for a moment is no fault of the proxy', async () => {
  let asked = 0;
  // Before the push, before the request, and before each slice: the first of them.
  const { clock, proxy, desire, fanOut, state, events } = arrange({}, { mayPush: () => (asked += 1) !== 3 });
  desire('a');
  await clock.advance(200);
  expect(events.filter(({ type }) => type === 'pushed')).toMatchObject([{ result: 'failed' }, {}]);
  expect([state(), proxy.hash]).toEqual(['in-sync', A]);
  expect(events.filter((event) => event.type === 'state-changed' && event.to === 'unreachable')).toEqual([]);
  await fanOut.stop();
});
