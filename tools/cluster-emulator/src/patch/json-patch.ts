import { ApiFailure, badRequest } from '../api-failure.ts';
import { isEqual, isList, isObject, textIn, without, type Json, type JsonObject } from '../json.ts';

/**
 * Applies a JSON patch (RFC 6902).
 *
 * @throws ApiFailure 400 if the patch is none, 422 if it can't be applied
 */
export function jsonPatch(target: Json, patch: Json): Json {
  if (!isList(patch)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  return patch.reduce<Json>((result, operation) => {
    if (!isObject(operation)) throw badRequest('a JSON patch is a list of operations');
    return applyOperation(result, operation);
  }, target);
}

function applyOperation(target: Json, operation: JsonObject): Json {
  const path = pointer(textIn(operation, 'path') ?? '');
  const value = operation['value'] ?? null;
  const op = textIn(operation, 'op');
  switch (op) {
    case 'add':
      return change(target, path, 'add', value);
    case 'replace':
      read(target, path);
      return change(target, path, 'replace', value);
    case 'remove':
      read(target, path);
      return change(target, path, 'remove', null);
    case 'test':
      if (isEqual(read(target, path), value)) return target;
      throw impossible(`testing path ${textIn(operation, 'path') ?? ''} failed`);
    case 'copy':
      return change(target, path, 'add', read(target, fromOf(operation)));
    case 'move': {
      const from = fromOf(operation);
      return change(change(target, from, 'remove', null), path, 'add', read(target, from));
    }
    default:
      throw badRequest(`Unexpected kind: ${op ?? 'unknown'}`);
  }
}

function fromOf(operation: JsonObject): string[] {
  return pointer(textIn(operation, 'from') ?? '');
}

function pointer(text: string): string[] {
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(target: Json, path: readonly string[]): Json {
  return path.reduce<Json>((value, part) => {
    const next = isList(value) ? value[Number(part)] : isObject(value) ? value[part] : undefined;
    if (next === undefined) throw impossible(`doc is missing path: /${path.join('/')}: missing value`);
    return next;
  }, target);
}

function change(
  target: Json,
  [part, ...rest]: readonly string[],
  how: 'add' | 'replace' | 'remove',
  value: Json,
): Json {
  if (part === undefined) return value;
  if (isList(target)) {
    const index = part === '-' ? target.length : Number(part);
    if (!Number.isInteger(index) || index < 0 || index > target.length)
      throw impossible(`invalid index ${part}`);
    if (rest.length > 0) return target.with(index, change(target[index] ?? null, rest, how, value));
    return target.toSpliced(index, how === 'add' ? 0 : 1, ...(how === 'remove' ? [] : [value]));
  }
  if (!isObject(target)) throw impossible(`doc is missing path: ${part}`);
  const child = target[part];
  if (rest.length === 0) return how === 'remove' ? without(target, part) : { ...target, [part]: value };
  if (child === undefined) throw impossible(`doc is missing path: ${part}: missing value`);
  return { ...target, [part]: change(child, rest, how, value) };
}

function impossible(why: string): ApiFailure {
  return new ApiFailure(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${why}`,
  );
}
