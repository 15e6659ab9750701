import { isList, isObject, type Json } from '../json.ts';

const STEP =
  /\.([A-Za-z0-9_$-]+|\*)|\[(\d+|\*)\]|\['([^']+)'\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]/gy;

/** The values at a JSON path as printer columns use it, as in `.status.conditions[?(@.type=="Ready")].status`. */
export function readPath(value: Json | undefined, path: string): readonly Json[] {
  const text = path.replace(/^\{|\}$/g, '').replace(/\\\./g, '.');
  return [...text.matchAll(STEP)].reduce<readonly Json[]>(
    (values, [, field, index, quoted, key, wanted]) =>
      values.flatMap((each) => step(each, field ?? quoted ?? index ?? '', key, wanted)),
    value === undefined ? [] : [value],
  );
}

function step(
  value: Json,
  name: string,
  key: string | undefined,
  wanted: string | undefined,
): readonly Json[] {
  if (key !== undefined)
    return isList(value) ? value.filter((item) => readPath(item, `.${key}`)[0] === wanted) : [];
  if (name === '*') return isList(value) ? value : isObject(value) ? (Object.values(value) as Json[]) : [];
  const found = isList(value) ? value[Number(name)] : isObject(value) ? value[name] : undefined;
  return found === undefined ? [] : [found];
}
