import { SilverbackError } from '@silverback/errors';
import { inOrder, ODD } from './key-order.ts';

/** How deep arrays and objects may be nested in what {@link canonicalJson} writes. */
export const MAX_DEPTH = 64;

/** Whether a number means the same to Kong as to us: finite, and exact if it is an integer. */
export function isPortableNumber(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Math.abs(value) <= 2 ** 53);
}

/** Whether `value` is an object with plain keys: no array, and nothing with a meaning of its own, such as a Date. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/**
 * Writes a value as JSON so that equal values give equal text: keys in the order of their UTF-16 code units, no white
 * space, properties that are undefined left out. A lone surrogate becomes U+FFFD, because Kong refuses a whole
 * configuration for one. Keys such as `__proto__` are plain data.
 *
 * @param value - strings, numbers, booleans, null, and arrays and plain objects of these
 * @throws SilverbackError `ValueNotEncodable` for a number that is not finite or an integer beyond 2^53, for nesting
 *   deeper than {@link MAX_DEPTH}, and for anything else that is not JSON
 */
export function canonicalJson(value: unknown): string {
  const ordered = inOrder(value);
  return ordered === ODD ? write(value, 0) : JSON.stringify(ordered);
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.toWellFormed());
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!isPortableNumber(value)) throw notEncodable(`the number ${value} has no exact form in JSON`);
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : writeNested(value, depth + 1);
    default:
      throw notEncodable(`${typeof value} is not a JSON value`);
  }
}

function writeNested(value: object, depth: number): string {
  if (depth > MAX_DEPTH) throw notEncodable(`nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return writeArray(value, depth);
  if (!isRecord(value))
    throw notEncodable('an object that is neither an array nor plain is not a JSON value');
  return writeRecord(value, depth);
}

function writeArray(values: readonly unknown[], depth: number): string {
  let text = '[';
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ',';
    text += write(values[index], depth);
  }
  return text + ']';
}

function writeRecord(record: Readonly<Record<string, unknown>>, depth: number): string {
  const keys = Object.keys(record).sort();
  if (!keys.every((key) => key.isWellFormed())) return writeRecord(withWellFormedKeys(record, keys), depth);
  let text = '{';
  for (const key of keys) {
    const value = record[key];
    if (value === undefined) continue;
    if (text !== '{') text += ',';
    text += `${JSON.stringify(key)}:${write(value, depth)}`;
  }
  return text + '}';
}

/** Of keys that become equal, the last one in their order gives the value, as a reader of the JSON would have it. */
function withWellFormedKeys(
  record: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.map((key) => [key.toWellFormed(), record[key]]));
}

function notEncodable(message: string): SilverbackError {
  return new SilverbackError('ValueNotEncodable', { message });
}
