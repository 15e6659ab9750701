import { FormerSessions, type Heritage } from './former-sessions.ts';
import { DEFAULT_TIMING } from './index.ts';
import { NodeFacts } from './node-facts.ts';
import { Sending } from './sending.ts';

const proxy = { key: 'k:1', name: 'k:1', protocol: 'https', host: 'k', port: 1, origin: 'static' } as const;
const heritage: Heritage = {
  sending: new Sending(DEFAULT_TIMING, () => 0.5),
  facts: new NodeFacts(1_000),
};
const openUntil = (deadline: number, settled = new AbortController().signal) => ({
  ...heritage,
  openRequest: { hash: 'a', isRepeat: false, before: { workerPids: [] }, settled, broken: settled, deadline },
});

test('what is known of a proxy is given once, and not for ever', () => {
  const former = new FormerSessions(1_000);
  former.remember(proxy, heritage, 0);
  expect(former.take(proxy, 999)?.sending).toBe(heritage.sending);
  expect(former.take(proxy, 999)).toBeUndefined();
  former.remember(proxy, heritage, 0);
  expect(former.take(proxy, 1_000)).toBeUndefined();
});

test('what is open is remembered for as long as it may be applied', () => {
  const former = new FormerSessions(1_000);
  former.remember(proxy, openUntil(5_000), 0);
  expect(former.isOwedAnswers(4_999)).toBe(true);
  expect(former.isOwedAnswers(5_000)).toBe(false);
  expect(former.take(proxy, 4_999)?.openRequest).toBeDefined();
  former.remember(proxy, openUntil(5_000, AbortSignal.abort()), 0);
  expect(former.isOwedAnswers(0)).toBe(false);
});

test('of the sessions for one address the last one counts', () => {
  const former = new FormerSessions(1_000);
  former.remember(proxy, openUntil(5_000), 0);
  former.remember({ ...proxy, key: 'k:1#pod' }, heritage, 10);
  expect(former.isOwedAnswers(20)).toBe(false);
  expect(former.take(proxy, 20)?.openRequest).toBeUndefined();
  expect(former.take({ ...proxy, port: 2 }, 20)).toBeUndefined();
});
