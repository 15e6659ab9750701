import { EMPTY, payloadOf } from './testing.ts';
import { arrange } from './testing/arrange.ts';

const A = payloadOf('a').hash;
const B = payloadOf('b').hash;

function arrangeLeaving() {
  const arranged = arrange();
  const { proxy, fanOut } = arranged;
  return {
    ...arranged,
    leave: () => {
      fanOut.setMembers([{ ...proxy.member, leaving: true }]);
    },
  };
}

test('what is being sent to a proxy that is leaving is finished, and nothing new is begun', async () => {
  const { clock, proxy, desire, leave, state, events, fanOut } = arrangeLeaving();
  proxy.uploadMs = 1_000;
  desire('a');
  await clock.advance(100);
  leave();
  expect(state()).toBe('leaving');
  desire('b');
  await clock.advance(60_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A]);
  expect(proxy.hash).toBe(A);
  expect(events.find(({ type }) => type === 'pushed')).toMatchObject({ result: 'accepted' });
  expect(state()).toBe('leaving');
  expect(proxy.closed).toBe(1);
  expect(clock.pendingTimers).toBe(0);
  await fanOut.stop();
});

test('a proxy that is leaving when it is found gets nothing', async () => {
  const { clock, proxy, fanOut, key, state, desire } = arrangeLeaving();
  fanOut.setMembers([]);
  await clock.advance(10);
  fanOut.setMembers([{ ...proxy.member, leaving: true }]);
  desire('a');
  await clock.advance(10_000);
  expect(state()).toBe('leaving');
  expect(proxy.hash).toBe(EMPTY);
  fanOut.setMembers([proxy.member]);
  fanOut.setDesired(key, payloadOf('a'));
  await clock.advance(100);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test('an upload to a proxy that has gone is dropped', async () => {
  const { clock, proxy, desire, fanOut } = arrangeLeaving();
  proxy.uploadMs = 1_000;
  desire('a');
  await clock.advance(100);
  fanOut.setMembers([]);
  await clock.advance(60_000);
  expect(proxy.pushed).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

test('a proxy that goes and comes back gets nothing while what was sent before may still be applied', async () => {
  const { clock, proxy, desire, fanOut, state } = arrangeLeaving();
  proxy.applyMs = 20_000;
  desire('a');
  await clock.advance(100);
  fanOut.setMembers([]);
  await clock.advance(1_000);
  fanOut.setMembers([proxy.member]);
  desire('b');
  await clock.advance(60_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A, B]);
  expect(proxy.mostInFlight).toBe(1);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});
