import { payloadOf } from './testing.ts';
import { arrange } from './testing/arrange.ts';

const A = payloadOf('a').hash;

/** A proxy in sync that is to apply what it holds once more, and takes long over it. */
async function repeating() {
  const arranged = arrange();
  const { clock, proxy, desire, fanOut, key, events } = arranged;
  desire('a');
  await clock.advance(1_000);
  proxy.applyMs = 20_000;
  fanOut.setDesired(key, payloadOf('a'), { checkHash: false });
  await clock.advance(10_000);
  const results = () => events.flatMap((event) => (event.type === 'pushed' ? [event.result] : []));
  return { ...arranged, results };
}

test('the hash of what a proxy holds already does not tell that it accepted it once more', async () => {
  const { clock, proxy, fanOut, results, state } = await repeating();
  expect([results(), state()]).toEqual([['accepted'], 'pushing']);
  proxy.behaviour.refuses = 'everything';
  proxy.behaviour.refusals = [{ entityType: 'route', entityId: 'id', messages: ['bad'] }];
  await clock.advance(15_000);
  expect(results()).toEqual(['accepted', 'refused']);
  expect([proxy.hash, proxy.mostInFlight]).toEqual([A, 1]);
  await fanOut.stop();
});

test('a restart tells that what was to be applied once more is gone', async () => {
  const { clock, proxy, fanOut, results, state } = await repeating();
  proxy.applyMs = 10;
  proxy.restart(true);
  await clock.advance(6_000);
  expect(results()).toEqual(['accepted', 'unknown', 'accepted']);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});
