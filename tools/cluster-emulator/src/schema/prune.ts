import { isList, isObject, objectIn, type Json, type JsonObject } from '../json.ts';

/** Fields that every object has, whatever its schema says. */
const COMMON = ['apiVersion', 'kind', 'metadata'];

/**
 * An object without the fields that its schema does not know, and with the defaults of those that are missing.
 *
 * @param isRoot - of an object, whose metadata the schema says nothing about
 */
export function fitToSchema(value: Json, schema: JsonObject, isRoot = false): Json {
  if (isList(value)) {
    const items = schema['items'];
    return isObject(items) ? value.map((item) => fitToSchema(item, items)) : value;
  }
  if (!isObject(value)) return value;
  const properties = objectIn(schema, 'properties');
  const others = schema['additionalProperties'];
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true || others === true;
  const result: JsonObject = {};
  for (const [field, child] of Object.entries(value)) {
    const known = properties[field] ?? others;
    if (child === undefined) continue;
    if (isRoot && COMMON.includes(field)) result[field] = child;
    else if (isObject(known)) result[field] = fitToSchema(child, known);
    else if (keepsUnknown) result[field] = child;
  }
  return withDefaults(result, properties);
}

function withDefaults(object: JsonObject, properties: JsonObject): JsonObject {
  for (const [field, child] of Object.entries(properties)) {
    if (!isObject(child) || object[field] !== undefined || child['default'] === undefined) continue;
    object[field] = fitToSchema(structuredClone(child['default']), child);
  }
  return object;
}
