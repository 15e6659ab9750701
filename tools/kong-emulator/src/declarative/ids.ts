import { createHash } from 'node:crypto';

const ROOT = 'fd02801f-0957-4a15-a55a-c8d9606f30b5';

/** The id that Kong gives an entity without one: a UUIDv5 of its key in the name space of its type. */
export function generatedId(type: string, key: string): string {
  return uuidV5(uuidV5(ROOT, type), key);
}

function uuidV5(namespace: string, name: string): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
