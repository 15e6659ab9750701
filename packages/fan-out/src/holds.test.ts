import { Holds } from './holds.ts';
import { DEFAULT_TIMING } from './index.ts';
import { payloadOf } from './testing.ts';

const A = payloadOf('a');
const B = payloadOf('b');
const reason = { code: 'ProxyBusy', message: 'no' } as const;
const S = 1_000;

function make() {
  const holds = new Holds(DEFAULT_TIMING, () => 0.999_999);
  /** How long a payload is held from `now` on, in s. */
  const waitOf = (payload: typeof A, now: number): number =>
    Math.round(((holds.of(payload, now)?.until ?? now) - now) / 100) / 10;
  return { holds, waitOf };
}

test('each refusal of one hash doubles its wait, up to ten minutes; others are not held', () => {
  const { holds, waitOf } = make();
  const waits = Array.from({ length: 7 }, () => {
    holds.refused(A.hash, reason, 0);
    return waitOf(A, 0);
  });
  expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600]);
  expect(waitOf(B, 0)).toBe(0);
  holds.accepted(A);
  holds.refused(A.hash, reason, 0);
  expect(waitOf(A, 0)).toBe(30);
});

test('each failure doubles the wait for all, up to half a minute, until something is accepted', () => {
  const { holds, waitOf } = make();
  const fail = (): number => {
    holds.pause('unreachable', reason, 0);
    return waitOf(A, 0);
  };
  expect(Array.from({ length: 8 }, fail)).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30]);
  expect(waitOf(B, 0)).toBe(30);
  holds.accepted(B);
  expect(waitOf(A, 0)).toBe(0);
  expect(fail()).toBe(0.5);
});

test('what something else keeps replacing is held, and nothing newer', () => {
  const { holds, waitOf } = make();
  holds.contended(A.hash, 20 * S, reason, 0);
  expect([waitOf(A, 0), waitOf(B, 0)]).toEqual([20, 0]);
  holds.confirmed();
  expect(waitOf(A, 0)).toBe(0);
});

test('the longest hold counts', () => {
  const { holds, waitOf } = make();
  holds.pause('waiting', reason, 0, 90 * S);
  holds.refused(A.hash, reason, 0);
  expect([waitOf(A, 0), waitOf(B, 0)]).toEqual([90, 90]);
});

test('of another process nothing is known', () => {
  const { holds, waitOf } = make();
  holds.refused(A.hash, reason, 0);
  holds.tooLarge(1, reason, 0);
  holds.contended(A.hash, 20 * S, reason, 0);
  holds.pause('waiting', reason, 0, 90 * S);
  holds.clear();
  expect(waitOf(A, 0)).toBe(0);
});

test('refusals are remembered for more hashes than a fleet tries within the longest wait', () => {
  const { holds, waitOf } = make();
  const hashes = Array.from({ length: 65 }, (_, index) => `hash ${index}`);
  for (const hash of hashes) holds.refused(hash, reason, 0);
  expect(hashes.map((hash) => waitOf({ ...A, hash }, 0)).filter((wait) => wait === 0)).toHaveLength(1);
});
