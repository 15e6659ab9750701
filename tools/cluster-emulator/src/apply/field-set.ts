import { isEqual, isList, isObject, type Json, type JsonObject } from '../json.ts';
import { fieldShape, type Shape } from './shape.ts';

/**
 * Fields that somebody owns: paths of elements as `managedFields` writes them (`f:spec`, `k:{"type":"Ready"}`,
 * `v:"finalizer"`, and `.` for a list item itself).
 */
export type FieldSet = ReadonlySet<string>;

const SEPARATOR = '\n';

/** The elements of a path. */
export function elementsOf(path: string): string[] {
  return path.split(SEPARATOR);
}

/** The path to something within `path`. */
export function within(path: string, element: string): string {
  return path === '' ? element : `${path}${SEPARATOR}${element}`;
}

/** Whether a path lies within another. */
export function isWithin(path: string, parent: string): boolean {
  return path.startsWith(`${parent}${SEPARATOR}`);
}

/** The paths of all fields that a value has, as far as they are owned each for itself. */
export function fieldsOf(value: Json | undefined, shape: Shape): FieldSet {
  const paths = new Set<string>();
  collect(value, shape, '', paths);
  return paths;
}

function collect(value: Json | undefined, shape: Shape, path: string, paths: Set<string>): void {
  if (value === undefined) return;
  if (isObject(value) && shape.isAtomic !== true && Object.keys(value).length > 0) {
    for (const field of Object.keys(value))
      collect(value[field], fieldShape(shape, field), within(path, `f:${field}`), paths);
  } else if (isList(value) && shape.list !== undefined && value.length > 0) {
    for (const item of value) collectItem(item, shape, path, paths);
  } else {
    paths.add(path);
  }
}

function collectItem(item: Json, shape: Shape, path: string, paths: Set<string>): void {
  const itemPath = within(path, elementFor(item, shape));
  if (shape.list === 'set') {
    paths.add(itemPath);
    return;
  }
  paths.add(within(itemPath, '.'));
  collect(item, shape.items ?? {}, itemPath, paths);
}

/** The element that names an item of a list. */
export function elementFor(item: Json, shape: Shape): string {
  if (shape.list === 'set' || shape.list === undefined || !isObject(item)) return `v:${JSON.stringify(item)}`;
  return `k:${JSON.stringify(keyOfItem(item, shape.list))}`;
}

/** The fields by which an item of a list is told from others, in the order of their names. */
export function keyOfItem(item: JsonObject, keys: readonly string[]): JsonObject {
  // A port without protocol is a TCP port: the one key in the API that has a default.
  const fallback = (key: string): Json => (key === 'protocol' ? 'TCP' : null);
  return Object.fromEntries([...keys].sort().map((key) => [key, item[key] ?? fallback(key)]));
}

/** What stands at a path; undefined if nothing does. */
export function valueAt(
  value: Json | undefined,
  shape: Shape,
  elements: readonly string[],
): Json | undefined {
  const [element, ...rest] = elements;
  if (element === undefined || value === undefined) return value;
  if (element === '.') return value === null ? undefined : true;
  if (element.startsWith('f:')) {
    if (!isObject(value)) return undefined;
    const field = element.slice(2);
    return valueAt(value[field], fieldShape(shape, field), rest);
  }
  if (!isList(value)) return undefined;
  const item = value.find((each) => elementFor(each, shape) === element);
  return valueAt(item, shape.items ?? {}, rest);
}

/** The fields of `after` that are not the same in `before`. */
export function changedFields(before: JsonObject | undefined, after: JsonObject, shape: Shape): FieldSet {
  const changed = new Set<string>();
  for (const path of fieldsOf(after, shape)) {
    const elements = elementsOf(path);
    if (!isEqual(valueAt(before, shape, elements), valueAt(after, shape, elements))) changed.add(path);
  }
  return changed;
}

/** A set of fields as `fieldsV1` writes it. */
export function toFieldsV1(paths: FieldSet): JsonObject {
  const root: JsonObject = {};
  for (const path of [...paths].sort()) {
    let node = root;
    for (const element of elementsOf(path)) {
      const next = node[element];
      node = isObject(next) ? next : (node[element] = {});
    }
  }
  return root;
}

/** Reads `fieldsV1`. */
export function fromFieldsV1(fields: JsonObject): FieldSet {
  const paths = new Set<string>();
  const walk = (node: JsonObject, path: string): void => {
    const elements = Object.keys(node);
    if (elements.length === 0 && path !== '') paths.add(path);
    for (const element of elements) {
      const child = node[element];
      if (isObject(child)) walk(child, within(path, element));
    }
  };
  walk(fields, '');
  return paths;
}
