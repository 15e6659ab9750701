import { ApiFailure, type FailureCause } from '../api-failure.ts';
import { isEqual, isObject, type JsonObject } from '../json.ts';
import type { Content } from '../store/stored.ts';
import { elementsOf, fieldsOf, valueAt, type FieldSet } from './field-set.ts';
import {
  isSame,
  ownable,
  readManagers,
  withManagers,
  type ManagerEntry,
  type Writer,
} from './managed-fields.ts';
import { mergeApplied, withoutFields } from './merge.ts';
import type { Shape } from './shape.ts';

/** What a manager wants to be so. */
export interface Application {
  readonly live: Content | undefined;
  /** The applied object; fields that are not in it are not meant. */
  readonly applied: JsonObject;
  readonly shape: Shape;
  readonly writer: Writer;
  /** Take fields over from other managers. */
  readonly isForced: boolean;
}

/**
 * The object after a server-side apply, with its managers.
 *
 * @throws ApiFailure 409 if others own fields that would change, and it isn't forced
 */
export function serverSideApply({ live, applied, shape, writer, isForced }: Application): Content {
  const wanted = ownable(applied);
  const fields = fieldsOf(wanted, shape);
  const managers = managersBefore(live, shape, writer);
  const others = managers.filter((entry) => !isSame(entry, writer, 'Apply'));
  const conflicts = others.flatMap((entry) =>
    conflictsWith(entry, fields, live, wanted, shape).map((path) => ({ entry, path })),
  );
  if (conflicts.length > 0 && !isForced) throw conflictFailure(conflicts);

  const lost = new Set(conflicts.map(({ path }) => path));
  const remaining = others.map((entry) => ({ ...entry, fields: difference(entry.fields, lost) }));
  const previous = managers.find((entry) => isSame(entry, writer, 'Apply'));
  const merged = mergeApplied(live, wanted, shape) as JsonObject;
  const owned = new Set([...fields, ...remaining.flatMap((entry) => [...entry.fields])]);
  const given = withoutFields(merged, difference(previous?.fields ?? new Set(), owned), owned, shape);
  const result: Content = { ...given, metadata: isObject(given['metadata']) ? given['metadata'] : {} };
  const entry: ManagerEntry = { ...writer, operation: 'Apply', fields };
  const isUnchanged = previous !== undefined && isEqual([...previous.fields].sort(), [...fields].sort());
  // The time tells when the ownership changed: an apply that changes nothing leaves the object as it is.
  const own = isUnchanged && isEqual(bare(live), bare(result)) ? { ...entry, time: previous.time } : entry;
  return withManagers(result, [...remaining, own].sort(byOperation));
}

/** Objects that nobody is known to own were made by somebody, whoever that was. */
function managersBefore(live: Content | undefined, shape: Shape, writer: Writer): readonly ManagerEntry[] {
  const managers = readManagers(live);
  if (live === undefined || managers.length > 0) return managers;
  const fields = fieldsOf(ownable(live), shape);
  return [{ ...writer, subresource: '', manager: 'before-first-apply', operation: 'Update', fields }];
}

function conflictsWith(
  entry: ManagerEntry,
  fields: FieldSet,
  live: Content | undefined,
  wanted: JsonObject,
  shape: Shape,
): string[] {
  return [...fields].filter((path) => {
    if (!entry.fields.has(path)) return false;
    const elements = elementsOf(path);
    return !isEqual(valueAt(live, shape, elements), valueAt(wanted, shape, elements));
  });
}

function conflictFailure(
  conflicts: readonly { readonly entry: ManagerEntry; readonly path: string }[],
): ApiFailure {
  const causes: FailureCause[] = conflicts.map(({ entry, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${entry.manager}"${describeUse(entry)}`,
    field: describePath(path),
  }));
  const count = `${causes.length} conflict${causes.length === 1 ? '' : 's'}`;
  const words = causes.map(({ message, field }) => `${message}: ${field ?? ''}`).join('\n- ');
  const message = `Apply failed with ${count}: ${causes.length === 1 ? words : `conflicts:\n- ${words}`}`;
  return new ApiFailure(409, 'Conflict', message, { causes });
}

function describeUse({ operation, apiVersion, subresource }: ManagerEntry): string {
  const where = subresource === '' ? '' : ` with subresource "${subresource}"`;
  return `${where}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

/** As people read it: `.status.conditions[type="Ready"].status`. */
function describePath(path: string): string {
  return elementsOf(path)
    .filter((element) => element !== '.')
    .map((element) => {
      const text = element.slice(2);
      if (element.startsWith('f:')) return `.${text}`;
      if (element.startsWith('v:')) return `[=${text}]`;
      const key = Object.entries(JSON.parse(text) as JsonObject);
      return `[${key.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}

function difference(left: FieldSet, right: FieldSet): FieldSet {
  return new Set([...left].filter((path) => !right.has(path)));
}

function byOperation(left: ManagerEntry, right: ManagerEntry): number {
  return left.operation === right.operation ? 0 : left.operation === 'Apply' ? -1 : 1;
}

function bare(content: Content | undefined): JsonObject {
  return content === undefined ? {} : ownable(content);
}
