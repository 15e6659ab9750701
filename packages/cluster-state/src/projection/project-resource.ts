import type { FileLocation, ResourceReference } from '@silverback/errors';

import type { InvalidField, Kind, ResourceRecord } from '../records.ts';
import { compacted } from './compacted.ts';
import { KINDS } from './kinds.ts';
import { nameOf, readMetadata } from './metadata.ts';
import { isObject, ObjectReader } from './object-reader.ts';

/** An object of a kind, or of a version of a kind, that Silverback does not read. */
export interface IgnoredObject {
  readonly apiVersion: string;
  readonly resource: ResourceReference;
}

/** Why an object can't be taken. */
export interface ProjectionFailure {
  /** The object, if it says enough of itself; its name may be empty or invalid. */
  readonly resource?: ResourceReference;
  /** Path of the field, as in `metadata.name`; empty for the whole object. */
  readonly field: string;
  readonly message: string;
}

/** What became of one object. */
export type Projection =
  | { readonly resource: ResourceRecord }
  | { readonly ignored: IgnoredObject }
  | { readonly failure: ProjectionFailure };

/**
 * Reads one Kubernetes object. Nothing of its shape is taken for granted, and nothing is thrown: a part that is
 * not as Kubernetes demands is left out and noted in `invalidFields`.
 *
 * @param raw - the object, as JSON or YAML yields it, without cycles
 * @param location - where it stands, if it comes from a file
 */
export function projectResource(raw: unknown, location?: FileLocation): Projection {
  if (!isObject(raw)) return { failure: { field: '', message: 'must be a Kubernetes object' } };
  const types = readTypes(raw);
  if ('failure' in types) return types;
  if (!isSupported(types.apiVersion, types.kind)) {
    const resource = { kind: types.kind, ...nameOf(raw, true) };
    return { ignored: { apiVersion: types.apiVersion, resource } };
  }
  return projectKind(types.kind, raw, location);
}

/**
 * Reads one Kubernetes object, or the objects of a `v1 List` in their order.
 *
 * @param raw - as {@link projectResource} takes it
 * @param location - where the object or list stands, if it comes from a file
 */
export function projectResources(raw: unknown, location?: FileLocation): Projection[] {
  if (!isObject(raw)) return [projectResource(raw, location)];
  const list = new ObjectReader(raw, '', []);
  if (list.value('apiVersion') !== 'v1' || list.value('kind') !== 'List') {
    return [projectResource(raw, location)];
  }
  const items = list.value('items') ?? [];
  if (!Array.isArray(items)) return [{ failure: { field: 'items', message: 'must be a list' } }];
  return items.flatMap((item, index) => projectItem(item, index, location));
}

function projectItem(item: unknown, index: number, location: FileLocation | undefined): Projection[] {
  return projectResources(item, location).map((projection) => {
    if (!('failure' in projection) || projection.failure.resource) return projection;
    // Nothing else says which of the items it is.
    const field = [`items[${index}]`, projection.failure.field].filter((part) => part !== '').join('.');
    return { failure: { ...projection.failure, field } };
  });
}

function readTypes(raw: object): { apiVersion: string; kind: string } | { failure: ProjectionFailure } {
  const mistakes: InvalidField[] = [];
  const reader = new ObjectReader(raw, '', mistakes);
  const types = { apiVersion: reader.requiredText('apiVersion'), kind: reader.requiredText('kind') };
  const mistake = mistakes[0];
  return mistake ? { failure: mistake } : types;
}

function isSupported(apiVersion: string, kind: string): kind is Kind {
  return Object.hasOwn(KINDS, kind) && KINDS[kind as Kind].apiVersions.includes(apiVersion);
}

function projectKind(kind: Kind, raw: object, location: FileLocation | undefined): Projection {
  const { namespaced, project, whole, isOnlyRead } = KINDS[kind];
  // Each definition takes and yields records of its own kind.
  const compact = KINDS[kind].compact as ((record: ResourceRecord) => ResourceRecord) | undefined;
  const invalidFields: InvalidField[] = [];
  const result = readMetadata(raw, namespaced, invalidFields);
  const resource = { kind, ...nameOf(raw, namespaced) };
  if ('mistake' in result) return { failure: { resource, ...result.mistake } };
  const reader = new ObjectReader(raw, '', invalidFields);
  const projected = project(reader);
  const mistake = invalidFields[0];
  if (whole === true && !reader.valid && mistake) return { failure: { resource, ...mistake } };
  const { metadata, revision } = result;
  const record = {
    kind,
    metadata,
    ...(revision && isOnlyRead !== true && { revision }),
    ...(location && { location }),
    ...projected,
    invalidFields,
  } as ResourceRecord;
  return { resource: compact ? compact(record) : { ...record, metadata: compacted(metadata) } };
}
