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

/** A proxy that has gone while it applied something, and takes 20 s over it. */
async function goneWhileApplying() {
  const arranged = arrangeLeaving();
  const { clock, proxy, desire, fanOut, key } = arranged;
  proxy.behaviour.refuses = new Set([A]);
  proxy.behaviour.refusals = [{ entityType: 'route', entityId: 'id', messages: ['bad'] }];
  proxy.applyMs = 20_000;
  desire('a');
  await clock.advance(5_000);
  fanOut.setMembers([]);
  await clock.advance(1_000);
  const comeBack = (as = key): void => {
    fanOut.setMembers([{ ...proxy.member, key: as }]);
    fanOut.setDesired(as, payloadOf('b'));
  };
  return { ...arranged, comeBack };
}

test('the answer to what was sent before it went is waited for, and tells that it was refused', async () => {
  const { clock, proxy, comeBack, fanOut } = await goneWhileApplying();
  comeBack();
  await clock.advance(12_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A]);
  await clock.advance(25_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A, B]);
  expect([proxy.hash, proxy.mostInFlight]).toEqual([B, 1]);
  await fanOut.stop();
});

test('what becomes of it is told nobody any more', async () => {
  const { clock, events, fanOut } = await goneWhileApplying();
  await clock.advance(30_000);
  expect(events.at(-1)).toMatchObject({ type: 'left' });
  await fanOut.stop();
});

test('what it refused before it went is not sent again without a wait', async () => {
  const { clock, proxy, comeBack, desire, state, reason, fanOut } = await goneWhileApplying();
  comeBack();
  desire('a');
  await clock.advance(20_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A]);
  expect([state(), reason()]).toEqual(['rejected', 'ConfigurationRefused']);
  await fanOut.stop();
});

test('a proxy whose connection breaks after it has gone is asked no more', async () => {
  const { clock, proxy, comeBack, fanOut } = await goneWhileApplying();
  proxy.breakConnections();
  await clock.advance(100);
  const reads = proxy.statusReads;
  await clock.advance(8_000);
  expect([proxy.closed, proxy.statusReads]).toEqual([1, reads]);
  expect(fanOut.isOwedAnswers).toBe(true);
  proxy.behaviour.refuses = new Set();
  comeBack();
  await clock.advance(30_000);
  expect(proxy.texts).toEqual(['a', 'b']);
  expect(proxy.mostInFlight).toBe(1);
  await fanOut.stop();
});

test('another pod at its address is configured at once: what was sent to the one before is gone', async () => {
  const { clock, proxy, fanOut, desire, key, comeBack } = await goneWhileApplying();
  comeBack(`${key}#pod-1`);
  desire('b');
  await clock.advance(1_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A]);
  // The simulated proxy stands for both pods here.
  comeBack(`${key}#pod-2`);
  await clock.advance(1_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A, B]);
  await fanOut.stop();
});

test('the end of everything does not wait for an answer', async () => {
  const { clock, fanOut, proxy } = await goneWhileApplying();
  await fanOut.stop();
  expect([proxy.closed, fanOut.isOwedAnswers]).toEqual([1, true]);
  await clock.advance(20_000);
  expect(clock.pendingTimers).toBe(0);
});

test('a proxy that another source names differently is reached in the new way, and what is known of it stays', async () => {
  const { clock, proxy, fanOut, key, desire } = arrange();
  proxy.behaviour.refuses = new Set([A]);
  proxy.behaviour.refusals = [{ entityType: 'route', entityId: 'id', messages: ['bad'] }];
  desire('a');
  await clock.advance(1_000);
  fanOut.setMembers([{ ...proxy.member, origin: 'static,dns-srv' }]);
  expect([fanOut.session(key)?.proxy.origin, proxy.closed]).toEqual(['static,dns-srv', 0]);
  fanOut.setMembers([{ ...proxy.member, origin: 'dns-srv', serverName: 'kong.example.com' }]);
  desire('a');
  await clock.advance(1_000);
  expect(proxy.closed).toBe(1);
  fanOut.setMembers([{ ...proxy.member, serverName: 'kong.example.com', protocol: 'http' }]);
  fanOut.setMembers([{ ...proxy.member, origin: 'dns-srv', serverName: 'kong.example.com' }]);
  desire('a');
  await clock.advance(1_000);
  expect(proxy.closed).toBe(3);
  expect(fanOut.session(key)).toMatchObject({
    state: 'rejected',
    proxy: { origin: 'dns-srv', serverName: 'kong.example.com' },
  });
  expect(proxy.pushed).toHaveLength(1);
  await fanOut.stop();
});

test('another node at an address that names no pod inherits nothing', async () => {
  const { clock, proxy, fanOut, desire, state } = arrangeLeaving();
  proxy.behaviour.bodyLimit = 0;
  desire('a');
  await clock.advance(1_000);
  expect(state()).toBe('rejected');
  fanOut.setMembers([]);
  // The worker ids are the same in each container, and it has been busy meanwhile.
  proxy.nodeId = 'another node';
  proxy.requests = 10_000;
  proxy.behaviour.bodyLimit = Infinity;
  await clock.advance(10_000);
  fanOut.setMembers([proxy.member]);
  desire('a');
  await clock.advance(1_000);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test('what somebody sent to a proxy while it was no member is no drift', async () => {
  const { clock, proxy, fanOut, desire, state, events } = arrangeLeaving();
  desire('a');
  await clock.advance(1_000);
  fanOut.setMembers([]);
  proxy.hash = B;
  fanOut.setMembers([proxy.member]);
  desire('a');
  await clock.advance(1_000);
  expect([state(), proxy.hash]).toEqual(['in-sync', A]);
  expect(events.filter(({ type }) => type === 'drifted')).toEqual([]);
  await fanOut.stop();
});
