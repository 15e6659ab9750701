import type { JsonObject, JsonValue } from '@silverback/kong-configuration';

/**
 * Adds a value to a document at a JSON pointer (RFC 6901), as the operation `add` of a JSON patch does (RFC 6902), and
 * makes the objects on the way that are missing. The document itself stays as it is.
 *
 * @param pointer - as in `/redis/password` or `/headers/-`; empty to replace the whole document
 * @returns the new document; undefined where the pointer leads nowhere
 */
export function addAt(document: JsonValue, pointer: string, value: JsonValue): JsonValue | undefined {
  if (pointer === '') return value;
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  const path = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return added(document, path, value);
}

function added(
  target: JsonValue | undefined,
  path: readonly string[],
  value: JsonValue,
): JsonValue | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (isList(target)) return addedToList(target, key, rest, value);
  if (target !== undefined && (typeof target !== 'object' || target === null)) return undefined;
  const member = target !== undefined && Object.hasOwn(target, key) ? target[key] : undefined;
  const next = rest.length === 0 ? value : added(member, rest, value);
  return next === undefined ? undefined : withMember(target, key, next);
}

/** An index inserts where it is the last step, as in RFC 6902; on the way it leads into an element that is there. */
function addedToList(
  list: readonly JsonValue[],
  key: string,
  rest: readonly string[],
  value: JsonValue,
): JsonValue | undefined {
  const index = key === '-' ? list.length : /^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : -1;
  if (index < 0 || index > list.length) return undefined;
  if (rest.length === 0) return list.toSpliced(index, 0, value);
  if (index === list.length) return undefined;
  const next = added(list[index], rest, value);
  return next === undefined ? undefined : list.with(index, next);
}

/** Keys such as `__proto__` are plain data. */
function withMember(object: JsonObject | undefined, key: string, value: JsonValue): JsonObject {
  const copy = Object.create(null) as Record<string, JsonValue>;
  for (const [name, member] of Object.entries(object ?? {})) copy[name] = member;
  copy[key] = value;
  return copy;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
