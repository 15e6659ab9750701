import { isList, isObject, objectIn, textIn, without, type JsonObject } from '../json.ts';
import type { Content } from '../store/stored.ts';
import { changedFields, elementsOf, fromFieldsV1, toFieldsV1, valueAt, type FieldSet } from './field-set.ts';
import type { Shape } from './shape.ts';

/** Who owns which fields, and since when. */
export interface ManagerEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** RFC 3339, of the last change of what is owned. */
  readonly time: string;
  /** Empty for the main resource. */
  readonly subresource: string;
  readonly fields: FieldSet;
}

/** Who writes, when, by which version of the API. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly time: string;
  readonly subresource: string;
}

/** Fields of `metadata` that belong to the API server: nobody else owns them. */
const SYSTEM_FIELDS = [
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'managedFields',
];

/** An object without the fields that belong to the API server. */
export function ownable(content: JsonObject): JsonObject {
  const metadata = without(objectIn(content, 'metadata'), ...SYSTEM_FIELDS);
  const rest = without(content, 'apiVersion', 'kind', 'metadata');
  return Object.keys(metadata).length === 0 ? rest : { ...rest, metadata };
}

/** Reads `metadata.managedFields`. */
export function readManagers(content: JsonObject | undefined): ManagerEntry[] {
  const entries = content === undefined ? undefined : objectIn(content, 'metadata')['managedFields'];
  if (!isList(entries)) return [];
  return entries.filter(isObject).map((entry) => ({
    manager: textIn(entry, 'manager') ?? '',
    operation: textIn(entry, 'operation') === 'Apply' ? 'Apply' : 'Update',
    apiVersion: textIn(entry, 'apiVersion') ?? '',
    time: textIn(entry, 'time') ?? '',
    subresource: textIn(entry, 'subresource') ?? '',
    fields: fromFieldsV1(objectIn(entry, 'fieldsV1')),
  }));
}

/** An object with other managers. */
export function withManagers(content: Content, managers: readonly ManagerEntry[]): Content {
  const metadata = without(content.metadata, 'managedFields');
  const entries = managers.filter(({ fields }) => fields.size > 0).map(writeEntry);
  return { ...content, metadata: { ...metadata, ...(entries.length > 0 && { managedFields: entries }) } };
}

function writeEntry(entry: ManagerEntry): JsonObject {
  return {
    manager: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    time: entry.time,
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(entry.fields),
    ...(entry.subresource !== '' && { subresource: entry.subresource }),
  };
}

/** Whether an entry is the one that a writer goes on with. */
export function isSame(entry: ManagerEntry, writer: Writer, operation: ManagerEntry['operation']): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === operation &&
    entry.subresource === writer.subresource
  );
}

/** The managers after a plain write (create, update, patch): who changes a field owns it, alone. */
export function managersAfterUpdate(
  before: Content | undefined,
  after: Content,
  shape: Shape,
  writer: Writer,
): ManagerEntry[] {
  const now = ownable(after);
  const changed = changedFields(before && ownable(before), now, shape);
  const kept = readManagers(before).map((entry) => {
    const isWriter = isSame(entry, writer, 'Update');
    const fields = [...entry.fields].filter(
      (path) => (isWriter || !changed.has(path)) && valueAt(now, shape, elementsOf(path)) !== undefined,
    );
    return { ...entry, fields: new Set(fields) };
  });
  if (changed.size === 0) return kept;
  const own = kept.find((entry) => isSame(entry, writer, 'Update'));
  const fields = new Set([...(own?.fields ?? []), ...changed]);
  return [...kept.filter((entry) => entry !== own), { ...writer, operation: 'Update', fields }];
}
