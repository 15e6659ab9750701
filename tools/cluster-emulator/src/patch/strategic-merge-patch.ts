import { elementFor } from '../apply/field-set.ts';
import { fieldShape, type Shape } from '../apply/shape.ts';
import { isList, isObject, textIn, type Json, type JsonObject } from '../json.ts';

/**
 * Applies a strategic merge patch: as a merge patch, but lists of things that have keys are merged item by item, and
 * the directives `$patch`, `$retainKeys`, `$deleteFromPrimitiveList` and `$setElementOrder` are followed.
 */
export function strategicMergePatch(target: Json | undefined, patch: Json, shape: Shape): Json {
  if (isList(patch)) return isList(target) ? mergeList(target, patch, shape) : withoutDirectives(patch);
  if (!isObject(patch)) return patch;
  const before: JsonObject = isObject(target) ? target : {};
  const directive = textIn(patch, '$patch');
  if (directive === 'delete') return {};
  if (directive === 'replace') return plainFields(patch);
  const fields = new Map(Object.entries(retained(before, patch)));
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) applyDirective(fields, field, value);
    else if (value === null) fields.delete(field);
    else if (value !== undefined)
      fields.set(field, strategicMergePatch(fields.get(field), value, fieldShape(shape, field)));
  }
  return Object.fromEntries(fields);
}

function retained(before: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch['$retainKeys'];
  if (!isList(keys)) return before;
  return Object.fromEntries(Object.entries(before).filter(([field]) => keys.includes(field)));
}

const DELETE_FROM = '$deleteFromPrimitiveList/';

function applyDirective(
  fields: Map<string, Json | undefined>,
  directive: string,
  value: Json | undefined,
): void {
  if (!directive.startsWith(DELETE_FROM) || !isList(value)) return;
  const field = directive.slice(DELETE_FROM.length);
  const list = fields.get(field);
  if (isList(list))
    fields.set(
      field,
      list.filter((item) => !value.includes(item)),
    );
}

function mergeList(target: readonly Json[], patch: readonly Json[], shape: Shape): Json {
  if (shape.list === undefined) return withoutDirectives(patch);
  if (shape.list === 'set') return [...target, ...patch.filter((item) => !target.includes(item))];
  // A patch names items by the first key only: ports by their number, whatever the protocol.
  const keys = shape.list.slice(0, 1);
  const keyed: Shape = { ...shape, list: keys };
  if (patch.some((item) => isObject(item) && item['$patch'] === 'replace' && Object.keys(item).length === 1))
    return withoutDirectives(patch);
  const result = [...target];
  for (const item of patch) {
    const index = result.findIndex((each) => elementFor(each, keyed) === elementFor(item, keyed));
    if (isObject(item) && item['$patch'] === 'delete') {
      if (index !== -1) result.splice(index, 1);
    } else if (index === -1) {
      result.push(...withoutDirectives([item]));
    } else {
      result[index] = strategicMergePatch(result[index], item, shape.items ?? {});
    }
  }
  return result;
}

function withoutDirectives(list: readonly Json[]): Json[] {
  return list.flatMap((item): Json[] => {
    if (!isObject(item)) return [item];
    if (item['$patch'] !== undefined) return [];
    return [plainFields(item)];
  });
}

function plainFields(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([field, value]) => {
      if (field.startsWith('$') || value === null) return [];
      return [
        [field, isObject(value) ? plainFields(value) : isList(value) ? withoutDirectives(value) : value],
      ];
    }),
  );
}
