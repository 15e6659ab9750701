import { isEqual, objectIn, textIn, without, type JsonObject } from '../json.ts';
import type { Content } from '../store/stored.ts';
import { Refusal, unreadable } from './refusal.ts';

const SECRET = { group: '', kind: 'Secret' };
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

/** A Secret as it is kept: `stringData` moves into `data`, and the type is there to stay. */
export function admitSecret(object: Content, before: Content | undefined): Content {
  const refusal = new Refusal();
  const texts = Object.entries(objectIn(object, 'stringData')).map(([key, text]) => [
    key,
    Buffer.from(typeof text === 'string' ? text : '').toString('base64'),
  ]);
  const data: JsonObject = {
    ...objectIn(object, 'data'),
    ...(Object.fromEntries(texts) as Record<string, string>),
  };
  for (const value of Object.values(data))
    if (typeof value !== 'string' || !BASE64.test(value))
      throw unreadable('Secret', 'illegal base64 data at input byte 0');
  const type = textIn(object, 'type') ?? 'Opaque';
  if (before && textIn(before, 'type') !== type) refusal.invalid('type', type, 'field is immutable');
  for (const key of NEEDED[type] ?? []) if (data[key] === undefined) refusal.required(`data[${key}]`);
  if (before?.['immutable'] === true && !isEqual(before['data'], data))
    refusal.invalid('data', '', 'field is immutable when `immutable` is set');
  refusal.check(SECRET, object);
  const rest = without(object, 'metadata', 'data', 'stringData', 'type');
  const hasData = Object.keys(data).length > 0;
  return { metadata: object.metadata, ...(hasData && { data }), type, ...rest };
}
