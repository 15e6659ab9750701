import { KeepalivePool } from './keepalive-pool.ts';

test('a connection is open for a minute after its last use', () => {
  let now = 0;
  const pool = new KeepalivePool(60, () => now);
  expect(pool.has('a')).toBe(false);
  pool.used('a');
  now = 59_999;
  expect([pool.has('a'), pool.has('b')]).toEqual([true, false]);
  now = 60_000;
  expect(pool.has('a')).toBe(false);
});

test('without a pool no connection stays open', () => {
  const pool = new KeepalivePool(0);
  pool.used('a');
  expect(pool.has('a')).toBe(false);
});
