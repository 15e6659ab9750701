import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { elementFor, elementsOf, isWithin, type FieldSet } from './field-set.ts';
import { fieldShape, type Shape } from './shape.ts';

/** Puts what was applied over what is there: fields and keyed items are merged, all else is replaced. */
export function mergeApplied(live: Json | undefined, applied: Json, shape: Shape): Json {
  if (isObject(live) && isObject(applied) && shape.isAtomic !== true) {
    const merged: JsonObject = { ...live };
    for (const field of Object.keys(applied)) {
      const value = applied[field];
      if (value !== undefined) merged[field] = mergeApplied(live[field], value, fieldShape(shape, field));
    }
    return merged;
  }
  if (isList(live) && isList(applied) && shape.list !== undefined) return mergeItems(live, applied, shape);
  return applied;
}

function mergeItems(live: readonly Json[], applied: readonly Json[], shape: Shape): Json[] {
  const rest = new Map(applied.map((item) => [elementFor(item, shape), item]));
  const merged = live.map((item) => {
    const element = elementFor(item, shape);
    const change = rest.get(element);
    rest.delete(element);
    return change === undefined ? item : mergeApplied(item, change, shape.items ?? {});
  });
  return [...merged, ...rest.values()];
}

/**
 * Takes fields out of an object. A keyed item goes with the last that was owned of it; maps that become empty go too.
 *
 * @param removed - the paths to take out
 * @param kept - paths that somebody owns: what contains one stays
 */
export function withoutFields(
  object: JsonObject,
  removed: FieldSet,
  kept: FieldSet,
  shape: Shape,
): JsonObject {
  // Items first: without its key an item can't be found any more.
  const ordered = [...removed].sort(
    (left, right) => Number(right.endsWith('\n.')) - Number(left.endsWith('\n.')),
  );
  return ordered.reduce<JsonObject>((result, path) => {
    const item = path.endsWith('\n.') ? path.slice(0, -2) : undefined;
    const isItemKept = item !== undefined && [...kept].some((other) => isWithin(other, item));
    if (isItemKept) return result;
    const next = removeAt(result, elementsOf(item ?? path), shape);
    return isObject(next) ? next : {};
  }, object);
}

/** A value without what stands at a path; undefined where nothing is left of it. */
function removeAt(value: Json | undefined, elements: readonly string[], shape: Shape): Json | undefined {
  const [element = '', ...rest] = elements;
  if (element.startsWith('f:') && isObject(value)) return removeField(value, element.slice(2), rest, shape);
  if (!isList(value)) return value;
  const items = value.flatMap((item) => {
    if (elementFor(item, shape) !== element) return [item];
    if (rest.length === 0) return [];
    return removeAt(item, rest, shape.items ?? {}) ?? {};
  });
  return items.length === 0 ? undefined : items;
}

function removeField(
  object: JsonObject,
  field: string,
  rest: readonly string[],
  shape: Shape,
): JsonObject | undefined {
  if (object[field] === undefined) return object;
  const { [field]: child, ...others } = object;
  const left = rest.length === 0 ? undefined : removeAt(child, rest, fieldShape(shape, field));
  if (left !== undefined) return { ...object, [field]: left };
  return Object.keys(others).length === 0 ? undefined : others;
}
