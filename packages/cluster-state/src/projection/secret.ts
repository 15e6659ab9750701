import type { SecretRecord } from '../records.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** v1 Secret. Messages name keys, never values. */
export function projectSecret(object: ObjectReader): Projected<SecretRecord> {
  const data = Object.create(null) as Record<string, string>;
  const plain = object.object('stringData');
  const encoded = object.object('data');
  for (const key of encoded?.keys() ?? []) {
    // stringData wins, as on the API server: what it replaces need not even be readable.
    if (plain?.has(key) === true) continue;
    const value = encoded && decode(encoded, key);
    if (value !== undefined) data[key] = value;
  }
  for (const key of plain?.keys() ?? []) {
    const value = plain?.text(key);
    if (value !== undefined) data[key] = value;
  }
  return { type: object.text('type') || 'Opaque', data };
}

function decode(encoded: ObjectReader, key: string): string | undefined {
  const value = encoded.value(key);
  if (value === undefined) return '';
  // The API server allows line breaks within base64.
  const text = typeof value === 'string' ? value.replace(/[\r\n]/g, '') : undefined;
  if (text === undefined || text.length % 4 !== 0 || !BASE64.test(text)) {
    encoded.reject(key, 'must be base64; plain text belongs in stringData');
    return undefined;
  }
  const decoded = decodeUtf8(Buffer.from(text, 'base64'));
  if (decoded === undefined) encoded.reject(key, 'must be UTF-8 text after decoding');
  return decoded;
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    // A TypeError is how TextDecoder says that the bytes are not UTF-8; the caller reports it.
    return undefined;
  }
}
