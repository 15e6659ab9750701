import { isObject, type Json, type JsonObject } from '../json.ts';

/** Applies a JSON merge patch (RFC 7396): null takes a field away, lists are replaced. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const fields = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) fields.delete(field);
    else if (value !== undefined) fields.set(field, mergePatch(fields.get(field), value));
  }
  return Object.fromEntries(fields) satisfies JsonObject;
}
