import { ConfirmedLook } from './confirmed-look.ts';
import { payloadOf } from './testing.ts';
import { arrange } from './testing/arrange.ts';

const B = payloadOf('b').hash;

/** A proxy in sync, with its connections ready. */
async function inSync() {
  const arranged = arrange({ statusInterval: 2_000 });
  arranged.desire('a');
  await arranged.clock.advance(200);
  return { ...arranged, readsBefore: arranged.proxy.statusReads };
}

test('a proxy that was in sync a moment ago gets what is new without being asked once more', async () => {
  const { clock, proxy, desire, state, fanOut, readsBefore } = await inSync();
  proxy.applyMs = 300;
  desire('b');
  await clock.advance(100);
  expect(proxy.inFlight).toBe(1);
  expect(proxy.statusReads).toBe(readsBefore);
  await clock.advance(1_000);
  expect([proxy.hash, state()]).toEqual([B, 'in-sync']);
  await fanOut.stop();
});

test('after its connections broke it is asked first', async () => {
  const { clock, proxy, desire, fanOut, readsBefore } = await inSync();
  proxy.restart(true);
  desire('b');
  await clock.advance(1_000);
  expect(proxy.statusReads).toBeGreaterThan(readsBefore + 1);
  expect(proxy.hash).toBe(B);
  expect(proxy.mostInFlight).toBe(1);
  await fanOut.stop();
});

test('connections that break while a push waits for its turn have it asked first', async () => {
  const { clock, proxies, fanOut } = arrange(
    { uploads: 1, statusInterval: 60_000 },
    { names: ['k-1', 'k-2'] },
  );
  const [first, second] = proxies;
  if (!first || !second) throw new Error('there are two');
  fanOut.setDesired(second.member.key, payloadOf('a'));
  await clock.advance(200);
  first.uploadMs = 5_000;
  fanOut.setDesired(first.member.key, payloadOf('x'));
  await clock.advance(100);
  fanOut.setDesired(second.member.key, payloadOf('b'));
  await clock.advance(100);
  const reads = second.statusReads;
  second.restart(true);
  await clock.advance(10_000);
  expect(second.statusReads).toBeGreaterThan(reads + 1);
  expect(second.hash).toBe(B);
  await fanOut.stop();
});

test('a look is trusted once, while it is young, and over the same connections', () => {
  const look = new ConfirmedLook();
  expect(look.take(0, undefined)).toBeUndefined();
  look.remember(100, 'x');
  expect(look.take(100, 'x')).toBe('x');
  expect(look.take(100, 'x')).toBeUndefined();
  look.remember(100, 'x');
  expect(look.take(101, 'x')).toBeUndefined();
  look.remember(100, 'x');
  expect(look.take(100, 'y')).toBeUndefined();
});
