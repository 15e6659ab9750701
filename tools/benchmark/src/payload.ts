import { createHash } from 'node:crypto';
import type { Payload } from '@silverback/kong-configuration';
import { seededRandom } from './random.ts';

/** As package kong-configuration cuts payloads, in bytes. */
const SEGMENT_BYTES = 64 * 1024;

/**
 * A payload of random bytes: the receivers count and hash them, nobody reads them.
 *
 * @param bytes - its length
 * @param seed - another seed gives other bytes, and so another hash
 */
export function randomPayload(bytes: number, seed: number): Payload {
  const random = seededRandom(seed);
  const hash = createHash('md5');
  const segments: Uint8Array[] = [];
  for (let start = 0; start < bytes; start += SEGMENT_BYTES) {
    const words = new Uint32Array(SEGMENT_BYTES / 4).map(() => random() * 2 ** 32);
    const segment = new Uint8Array(words.buffer, 0, Math.min(SEGMENT_BYTES, bytes - start));
    hash.update(segment);
    segments.push(segment);
  }
  return {
    hash: hash.digest('hex'),
    byteLength: bytes,
    segments,
    counts: { entities: 0, routes: 0 },
    ownerOf: () => undefined,
  };
}
