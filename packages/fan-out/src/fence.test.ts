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
