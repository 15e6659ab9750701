import { VirtualClock } from '@silverback/clock';
import { SilverbackError } from '@silverback/errors';
import { FanOut } from './index.ts';
import { EMPTY, payloadOf, SimulatedProxy } from './testing.ts';
import { arrange } from './testing/arrange.ts';

const A = payloadOf('a').hash;
const B = payloadOf('b').hash;

test('an empty proxy gets the desired configuration and is in sync once it reports its hash', async () => {
  const { clock, proxy, desire, state, fanOut, key } = arrange();
  desire('a');
  await clock.advance(5);
  expect(state()).toBe('pushing');
  await clock.advance(100);
  expect(proxy.hash).toBe(A);
  expect(fanOut.session(key)).toMatchObject({
    state: 'in-sync',
    desiredHash: A,
    reportedHash: A,
    lagMs: 0,
    pushes: 1,
  });
  await fanOut.stop();
});

test('a proxy that holds the desired hash already gets nothing', async () => {
  const { clock, proxy, desire, state, fanOut } = arrange();
  proxy.hash = A;
  desire('a');
  await clock.advance(60_000);
  expect(state()).toBe('in-sync');
  expect(proxy.pushed).toEqual([]);
  await fanOut.stop();
});

test('what is desired shows at once, and the same once more changes nothing', async () => {
  const { clock, proxy, desire, state, fanOut } = arrange({ statusInterval: 60_000 });
  desire('a');
  await clock.advance(1_000);
  const reads = proxy.statusReads;
  for (let times = 0; times < 100; times += 1) {
    desire('a');
    await clock.advance(1);
  }
  expect([state(), proxy.statusReads]).toEqual(['in-sync', reads]);
  desire('b');
  expect(state()).toBe('waiting');
  await fanOut.stop();
});

test('of the changes that come while a configuration is under way only the newest is sent', async () => {
  const { clock, proxy, desire, fanOut } = arrange();
  proxy.applyMs = 1_000;
  desire('a');
  await clock.advance(10);
  for (const text of ['w', 'x', 'y', 'b']) desire(text);
  await clock.advance(10_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A, B]);
  expect(proxy.mostInFlight).toBe(1);
  await fanOut.stop();
});

test('a restarted proxy is configured at once and its facts are read again', async () => {
  const { clock, proxy, desire, events, fanOut } = arrange({ statusInterval: 1_000 });
  desire('a');
  await clock.advance(100);
  proxy.restart(false);
  await clock.advance(1_200);
  expect(proxy.hash).toBe(A);
  expect(events.filter(({ type }) => type === 'restarted')).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'information-read')).toHaveLength(2);
  await fanOut.stop();
});

test('a refused configuration is not offered again without backoff, a newer one is sent at once', async () => {
  const { clock, proxy, desire, state, reason, fanOut } = arrange();
  proxy.behaviour.refuses = new Set([A]);
  proxy.behaviour.refusals = [{ entityType: 'route', entityId: 'id', messages: ['bad'] }];
  desire('a');
  await clock.advance(10_000);
  expect([state(), reason()]).toEqual(['rejected', 'ConfigurationRefused']);
  expect(proxy.pushed).toHaveLength(1);
  desire('b');
  await clock.advance(100);
  expect(proxy.hash).toBe(B);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test('a proxy that has refused something is looked at while that waits', async () => {
  const { clock, proxy, desire, state, fanOut } = arrange({ refusedRetryMin: 600_000 });
  proxy.behaviour.refuses = new Set([A]);
  proxy.behaviour.refusals = [{ entityType: 'route', entityId: 'id', messages: ['bad'] }];
  desire('a');
  await clock.advance(1_000);
  expect(state()).toBe('rejected');
  const reads = proxy.statusReads;
  await clock.advance(20_000);
  expect(proxy.statusReads - reads).toBeGreaterThanOrEqual(9);
  await fanOut.stop();
});

test('a refusal that names nothing is asked for once more without flatten_errors', async () => {
  const { clock, proxy, desire, events, fanOut } = arrange();
  proxy.behaviour.refuses = 'everything';
  desire('a');
  await clock.advance(1_000);
  expect(proxy.pushed.map(({ flattenErrors }) => flattenErrors)).toEqual([true, false]);
  expect(events.filter(({ type }) => type === 'pushed')).toHaveLength(1);
  await fanOut.stop();
});

test('a busy proxy is left alone for as long as it asks', async () => {
  const { clock, proxy, desire, state, reason, fanOut } = arrange();
  proxy.behaviour.nextOutcomes = [{ type: 'busy', status: 429, retryAfterMs: 10_000, message: 'loading' }];
  desire('a');
  await clock.advance(9_500);
  expect([state(), reason()]).toEqual(['waiting', 'ProxyBusy']);
  expect(proxy.pushed).toHaveLength(1);
  await clock.advance(1_000);
  expect(proxy.hash).toBe(A);
  await fanOut.stop();
});

test('a busy proxy that asks for no wait gets growing waits all the same', async () => {
  const { clock, proxy, desire, fanOut } = arrange();
  const busy = { type: 'busy', status: 503, retryAfterMs: 0, message: 'exiting' } as const;
  proxy.behaviour.nextOutcomes = Array.from({ length: 1_000 }, () => busy);
  desire('a');
  await clock.advance(60_000);
  expect(proxy.pushed.length).toBeLessThan(12);
  await fanOut.stop();
});

test('an answer that is lost after the last byte is not a failure: the hash tells that it was applied', async () => {
  const { clock, proxy, desire, state, events, fanOut, key } = arrange();
  proxy.behaviour.losesAnswers = true;
  desire('a');
  await clock.advance(3_000);
  expect(state()).toBe('in-sync');
  expect(proxy.pushed).toHaveLength(1);
  expect(events.find(({ type }) => type === 'pushed')).toMatchObject({ result: 'accepted' });
  expect(fanOut.session(key)?.lastApplyMs).toBeGreaterThan(0);
  await fanOut.stop();
});

test('a connection whose answer is owed is not used again', async () => {
  const { clock, proxy, desire, state, fanOut } = arrange();
  proxy.applyMs = 3_000;
  proxy.behaviour.answersLateBy = 600_000;
  desire('a');
  await clock.advance(10_000);
  expect([state(), proxy.hash, proxy.closed]).toEqual(['in-sync', A, 1]);
  proxy.behaviour.answersLateBy = 0;
  desire('b');
  await clock.advance(10_000);
  expect([state(), proxy.hash]).toEqual(['in-sync', B]);
  await fanOut.stop();
});

test('the outcome of the second try without flatten_errors is watched like any other', async () => {
  const { clock, proxy, desire, events, fanOut } = arrange({ applyTimeout: 60_000 });
  proxy.behaviour.refuses = 'everything';
  desire('a');
  await clock.advance(5);
  proxy.behaviour.losesRequests = true;
  await clock.advance(90_000);
  expect(events.find(({ type }) => type === 'pushed')).toMatchObject({ result: 'unknown' });
  expect(proxy.closed).toBe(1);
  await fanOut.stop();
});

test('a proxy that was away for long is looked for as eagerly the next time', async () => {
  const { clock, proxy, desire, state, fanOut } = arrange();
  desire('a');
  proxy.behaviour.isDown = true;
  await clock.advance(600_000);
  for (const isDown of [false, true]) {
    proxy.behaviour.isDown = isDown;
    await clock.advance(isDown ? 3_000 : 40_000);
  }
  expect(state()).toBe('unreachable');
  proxy.behaviour.isDown = false;
  await clock.advance(3_000);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test.each([
  'AdminApiFailed',
  'AdminAnswerTooLarge',
  'AdminAnswerIncomplete',
  'TlsClientCertificateRefused',
] as const)(
  'an error that is an answer ends the push: after %s it is tried again soon, not watched for minutes',
  async (code) => {
    const { clock, proxy, desire, state, events, fanOut } = arrange();
    proxy.behaviour.nextError = code;
    desire('a');
    await clock.advance(5_000);
    expect(events.find(({ type }) => type === 'pushed')).toMatchObject({ result: 'failed' });
    expect(state()).toBe('in-sync');
    await fanOut.stop();
  },
);

test('nothing else is sent while the outcome of a fully sent configuration is open', async () => {
  const { clock, proxy, desire, fanOut } = arrange({ applyTimeout: 60_000 });
  proxy.applyMs = 30_000;
  desire('a');
  await clock.advance(100);
  desire('b');
  await clock.advance(20_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A]);
  await clock.advance(70_000);
  expect(proxy.pushed.map(({ hash }) => hash)).toEqual([A, B]);
  expect(proxy.mostInFlight).toBe(1);
  await fanOut.stop();
});

test('what never shows within the time that applying may take is given up, told as unknown, and sent again', async () => {
  const { clock, proxy, desire, state, events, fanOut } = arrange({ applyTimeout: 60_000 });
  proxy.applyMs = 3_600_000;
  desire('a');
  await clock.advance(58_000);
  expect([state(), proxy.pushed.length]).toEqual(['pushing', 1]);
  proxy.applyMs = 10;
  await clock.advance(60_000);
  expect(events.find(({ type }) => type === 'pushed')).toMatchObject({
    result: 'unknown',
    reason: { code: 'OutcomeUnknown' },
  });
  expect([state(), proxy.pushed.length]).toEqual(['in-sync', 2]);
  await fanOut.stop();
});

test.each([false, true])(
  'when the proxy was restarted the request under way is given up and the configuration is sent again (same worker ids: %s)',
  async (keepsPids) => {
    const { clock, proxy, desire, state, fanOut } = arrange();
    proxy.requests = 1_000;
    proxy.applyMs = 30_000;
    desire('a');
    await clock.advance(3_000);
    proxy.restart(false, { keepsPids });
    proxy.applyMs = 10;
    await clock.advance(10_000);
    expect(state()).toBe('in-sync');
    expect(proxy.pushed).toHaveLength(2);
    await fanOut.stop();
  },
);

test('when a worker ended and the connection with it the configuration is sent again', async () => {
  const { clock, proxy, desire, state, events, fanOut } = arrange();
  proxy.applyMs = 30_000;
  desire('a');
  await clock.advance(3_000);
  proxy.applyMs = 10;
  proxy.crashWorker();
  await clock.advance(5_000);
  expect(state()).toBe('in-sync');
  expect(events.flatMap((event) => (event.type === 'pushed' ? [event.result] : []))).toEqual([
    'unknown',
    'accepted',
  ]);
  await fanOut.stop();
});

test('when a worker ended, and the connection stands, the answer is waited for', async () => {
  const { clock, proxy, desire, fanOut } = arrange();
  proxy.applyMs = 30_000;
  desire('a');
  await clock.advance(3_000);
  proxy.pids = [12, 13];
  await clock.advance(10_000);
  expect(proxy.pushed).toHaveLength(1);
  await clock.advance(20_000);
  expect([proxy.hash, proxy.mostInFlight]).toEqual([A, 1]);
  await fanOut.stop();
});

test('a restarted proxy that has had more requests than when the push began is told by those that were seen meanwhile', async () => {
  const { clock, proxy, desire, state, fanOut } = arrange();
  proxy.applyMs = 30_000;
  desire('a');
  await clock.advance(3_000);
  proxy.requests = 1_000;
  await clock.advance(2_500);
  proxy.restart(false, { keepsPids: true });
  proxy.requests = 500;
  proxy.applyMs = 10;
  await clock.advance(10_000);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

test('the next configuration waits as long as the last one took to apply', async () => {
  const { clock, proxy, desire, fanOut } = arrange({ paceFactor: 1 });
  proxy.applyMs = 4_000;
  desire('a');
  await clock.advance(5_000);
  desire('b');
  await clock.advance(20_000);
  const [first, second] = proxy.pushed;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(8_000);
  await fanOut.stop();
});

test('a proxy that is down is looked for with growing waits, however often the configuration changes', async () => {
  const { clock, proxy, desire, state, reason, fanOut } = arrange();
  proxy.behaviour.isDown = true;
  for (let change = 0; change < 300; change += 1) {
    desire(`change ${change}`);
    await clock.advance(200);
  }
  expect([state(), reason()]).toEqual(['unreachable', 'ConnectionRefused']);
  expect(proxy.statusReads).toBeLessThan(20);
  proxy.behaviour.isDown = false;
  await clock.advance(30_000);
  expect(state()).toBe('in-sync');
  expect(proxy.pushed).toHaveLength(1);
  await fanOut.stop();
});

test('proxies that hang, are down, or refuse do not delay the others', async () => {
  const { clock, proxies, fanOut } = arrange(
    { uploads: 2 },
    { names: ['good-1', 'hangs', 'down', 'refuses', 'good-2'] },
  );
  const [good1, hangs, down, refuses, good2] = proxies as [
    SimulatedProxy,
    SimulatedProxy,
    SimulatedProxy,
    SimulatedProxy,
    SimulatedProxy,
  ];
  hangs.behaviour.hangs = true;
  down.behaviour.isDown = true;
  refuses.behaviour.refuses = 'everything';
  for (const { member } of proxies) fanOut.setDesired(member.key, payloadOf('a'));
  await clock.advance(200);
  expect([good1.hash, good2.hash]).toEqual([A, A]);
  await fanOut.stop();
});

test('a proxy that must not be talked to is reported, and the others are served', async () => {
  const clock = new VirtualClock();
  const good = new SimulatedProxy('good', clock);
  const fanOut = new FanOut({
    clock,
    onEvent: () => undefined,
    connect: (member) => {
      if (member.key === good.member.key) return good.connect();
      throw new SilverbackError('TokenOverPlainHttp', { message: 'the token would be readable on the way' });
    },
  });
  fanOut.setMembers([{ ...good.member, key: 'plain:8001', name: 'plain:8001' }, good.member]);
  for (const { proxy } of fanOut.sessions()) fanOut.setDesired(proxy.key, payloadOf('a'));
  await clock.advance(100);
  expect(fanOut.sessions().map(({ state }) => state)).toEqual(['in-sync', 'unreachable']);
  expect(fanOut.session('plain:8001')?.reason?.code).toBe('TokenOverPlainHttp');
  await fanOut.stop();
});

test('a member that has left gets nothing more and its connections are closed', async () => {
  const { clock, proxy, desire, fanOut, events } = arrange();
  desire('a');
  await clock.advance(100);
  fanOut.setMembers([]);
  proxy.hash = EMPTY;
  await clock.advance(60_000);
  expect(proxy.hash).toBe(EMPTY);
  expect(proxy.closed).toBe(1);
  expect(fanOut.sessions()).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: 'left' });
  expect(clock.pendingTimers).toBe(0);
});
