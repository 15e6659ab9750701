import { createHash } from 'node:crypto';
import { RollingHash } from './rolling-hash.ts';

const segmentsOf = (...texts: string[]): Uint8Array[] => texts.map((text) => Buffer.from(text));

/** The hash, and how many segments had to be hashed for it. */
function hash(rolling: RollingHash, segments: readonly Uint8Array[]): [string, number] {
  const steps = rolling.after(segments);
  let count = 0;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return [step.value.copy().digest('hex'), count];
    count += 1;
  }
}

test('hashing goes on from the first segment that is another one', () => {
  const rolling = new RollingHash();
  const segments = segmentsOf('a', 'b', 'c', 'd');
  const md5 = (some: readonly Uint8Array[]): string =>
    createHash('md5').update(Buffer.concat(some)).digest('hex');
  expect(hash(rolling, segments)).toEqual([md5(segments), 4]);
  expect(hash(rolling, segments)).toEqual([md5(segments), 0]);
  const changed = segments.with(2, Buffer.from('x'));
  expect(hash(rolling, changed)).toEqual([md5(changed), 2]);
  expect(hash(rolling, changed.slice(0, 2))).toEqual([md5(changed.slice(0, 2)), 0]);
  expect(hash(rolling, [])).toEqual([md5([]), 0]);
  expect(hash(rolling, segments)).toEqual([md5(segments), 4]);
});
