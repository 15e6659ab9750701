import { isObject, type ObjectReader } from './object-reader.ts';

const LEFT_OUT = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** Deeper than any plugin's schema, and far from the depth at which a JSON parser gives up. */
const MAXIMUM_DEPTH = 64;

/**
 * A kind that is kept whole. What can't be JSON, such as `.nan`, makes the whole object unusable (see `valid` of the
 * reader): a plugin without one of its settings could protect less than it should.
 */
export function projectBody(object: ObjectReader): { body: Readonly<Record<string, unknown>> } {
  const body = Object.create(null) as Record<string, unknown>;
  for (const key of object.keys()) {
    if (!LEFT_OUT.has(key)) body[key] = copyJson(object, key, object.value(key) ?? null, 1);
  }
  return { body };
}

function copyJson(object: ObjectReader, path: string, value: unknown, depth: number): unknown {
  const isList = Array.isArray(value);
  if (!isList && !isObject(value)) return copyScalar(object, path, value);
  if (depth > MAXIMUM_DEPTH) {
    object.reject(path, `must not be nested deeper than ${MAXIMUM_DEPTH} levels`);
    return null;
  }
  if (isList) return value.map((entry, index) => copyJson(object, `${path}[${index}]`, entry, depth + 1));
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of Object.entries(value)) {
    if (!key.isWellFormed()) object.reject(path, 'must have keys that are well-formed Unicode');
    copy[key] = copyJson(object, `${path}.${key}`, entry, depth + 1);
  }
  return copy;
}

function copyScalar(object: ObjectReader, path: string, value: unknown): unknown {
  if (typeof value === 'string' ? value.isWellFormed() : isJsonScalar(value)) return value;
  object.reject(path, 'must be JSON: well-formed text, a finite number, true, false or null');
  return null;
}

function isJsonScalar(value: unknown): boolean {
  return value === null || typeof value === 'boolean' || Number.isFinite(value);
}
