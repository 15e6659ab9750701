import { createHash } from 'node:crypto';
import { randomPayload } from './payload.ts';

test('a payload has the wanted length in segments of 64 KiB, and its hash is that of its bytes', () => {
  const payload = randomPayload(150_000, 1);
  expect(payload.segments.map(({ length }) => length)).toEqual([65_536, 65_536, 18_928]);
  expect(payload.byteLength).toBe(150_000);
  const bytes = Buffer.concat(payload.segments);
  expect(payload.hash).toBe(createHash('md5').update(bytes).digest('hex'));
});

test('the same seed gives the same bytes, another one others', () => {
  expect(randomPayload(1_000, 1).hash).toBe(randomPayload(1_000, 1).hash);
  expect(randomPayload(1_000, 1).hash).not.toBe(randomPayload(1_000, 2).hash);
});
