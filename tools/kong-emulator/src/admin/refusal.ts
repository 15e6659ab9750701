import { isRecord, type JsonRecord } from '../json.ts';
import { flattenErrors } from '../declarative/flattened-errors.ts';
import { luaText } from '../declarative/lua.ts';
import type { Fault } from '../faults.ts';
import { ENTITY, type ErrorNode, type ErrorTree } from '../schema/field.ts';
import type { DataModel } from '../schema/model.ts';

/** The body of a 400 about what a configuration says. */
export function refusalBody(errors: ErrorTree, flattened?: readonly object[]): object {
  return {
    code: 14,
    name: 'invalid declarative configuration',
    message: `declarative config is invalid: ${luaText(errors)}`,
    fields: errors,
    // Lua has one kind of table: an empty list is encoded as an object.
    ...(flattened && { flattened_errors: flattened.length === 0 ? {} : flattened }),
  };
}

/** The body of a 400 in the form that the client asked for. */
export function describeRefusal(
  document: JsonRecord,
  errors: ErrorTree,
  model: DataModel,
  flatten: boolean,
  ids?: ReadonlyMap<JsonRecord, string>,
): object {
  if (!flatten) return refusalBody(errors);
  const { flattened, rest } = flattenErrors(document, errors, model, ids);
  return refusalBody(rest, flattened);
}

/** The errors that the fault invents; nothing if it blames an entity that the document doesn't have. */
export function inventedErrors(
  fault: Extract<Fault, { type: 'refuse-configuration' }>,
  document: JsonRecord,
  model: DataModel,
): ErrorTree | undefined {
  const message = fault.message ?? 'refused by the emulator';
  if (fault.entityId === undefined && fault.entityName === undefined) return { [ENTITY]: [message] };
  const blamed = (item: JsonRecord) =>
    (fault.entityId === undefined || item['id'] === fault.entityId) &&
    (fault.entityName === undefined ||
      item['name'] === fault.entityName ||
      item['username'] === fault.entityName);
  const search = (holder: JsonRecord, types: Iterable<string>): ErrorTree | undefined => {
    for (const type of types) {
      const list = holder[type];
      if (!Array.isArray(list)) continue;
      for (const [position, item] of list.entries()) {
        if (!isRecord(item)) continue;
        const error = blamed(item)
          ? { [ENTITY]: [message] }
          : search(item, model.children.get(type)?.keys() ?? []);
        if (error)
          return { [type]: [...Array.from<ErrorNode | null>({ length: position }).fill(null), error] };
      }
    }
    return undefined;
  };
  return search(document, model.types.keys());
}
