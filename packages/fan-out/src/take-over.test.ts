import { payloadOf } from './testing.ts';
import { arrange } from './testing/arrange.ts';

const A = payloadOf('a').hash;
const OLD = payloadOf('old').hash;

function takeOver() {
  const lease = { isHeld: false };
  const arranged = arrange({}, { mayPush: () => lease.isHeld });
  arranged.proxy.hash = A;
  arranged.desire('a');
  return { ...arranged, lease };
}

/** How often the status is read in so many ms. */
async function readsIn(ms: number, { clock, proxy }: ReturnType<typeof takeOver>): Promise<number> {
  const before = proxy.statusReads;
  await clock.advance(ms);
  return proxy.statusReads - before;
}

test('who takes over sends nothing where the hash matches, and looks every second for a while', async () => {
  const arranged = takeOver();
  const { clock, proxy, fanOut, lease } = arranged;
  await clock.advance(10_000);
  expect(await readsIn(20_000, arranged)).toBeLessThanOrEqual(11);
  lease.isHeld = true;
  await clock.advance(2_500);
  expect(await readsIn(50_000, arranged)).toBeGreaterThanOrEqual(48);
  await clock.advance(15_000);
  expect(await readsIn(20_000, arranged)).toBeLessThanOrEqual(11);
  expect(proxy.pushed).toEqual([]);
  await fanOut.stop();
});

test('what the predecessor handed over and a proxy applies late is repaired within a second, each time', async () => {
  const { clock, proxy, fanOut, lease, state } = takeOver();
  lease.isHeld = true;
  await clock.advance(5_000);
  proxy.hash = 'f'.repeat(32);
  await clock.advance(5_000);
  lease.isHeld = false;
  await clock.advance(5_000);
  lease.isHeld = true;
  await clock.advance(4_000);
  proxy.hash = OLD;
  await clock.advance(1_200);
  expect([proxy.hash, state()]).toEqual([A, 'in-sync']);
  await fanOut.stop();
});

test('the watch lasts twice as long as the slowest proxy takes to apply', async () => {
  const arranged = takeOver();
  const { clock, proxy, fanOut, lease, desire } = arranged;
  lease.isHeld = true;
  proxy.applyMs = 60_000;
  desire('b');
  await clock.advance(70_000);
  lease.isHeld = false;
  await clock.advance(5_000);
  lease.isHeld = true;
  await clock.advance(90_000);
  expect(await readsIn(20_000, arranged)).toBeGreaterThanOrEqual(19);
  await clock.advance(15_000);
  expect(await readsIn(20_000, arranged)).toBeLessThanOrEqual(11);
  await fanOut.stop();
});
