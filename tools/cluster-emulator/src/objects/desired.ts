import { isEqual, objectIn, without, type JsonObject } from '../json.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Content } from '../store/stored.ts';

/** Fields of `metadata` that a write can't change. */
const KEPT_FIELDS = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
];

/** The object that a write of the main resource makes of the one that is there: status stays as it was. */
export function mainWrite(kind: Kind, before: Content, input: JsonObject): Content {
  const status = kind.hasStatus ? before['status'] : input['status'];
  return {
    ...without(input, 'apiVersion', 'kind', 'status'),
    metadata: keepSystemFields(before, input),
    ...(status !== undefined && { status }),
  };
}

/** The object that a write of `/status` makes of the one that is there: all but status stays as it was. */
export function statusWrite(kind: Kind, before: Content, input: JsonObject): Content {
  const status = input['status'];
  return {
    ...without(before, 'status'),
    // The API server's own kinds let labels and annotations be changed here; custom resources don't.
    metadata: kind.isCustom ? before.metadata : keepSystemFields(before, input),
    ...(status !== undefined && { status }),
  };
}

function keepSystemFields(before: Content, input: JsonObject): JsonObject {
  const metadata = without(objectIn(input, 'metadata'), 'resourceVersion', 'selfLink');
  const kept = Object.fromEntries(KEPT_FIELDS.map((field) => [field, before.metadata[field]]));
  return { ...metadata, ...kept };
}

/** An object with its generation: counted up when what is desired changed, which is all but metadata and status. */
export function withGeneration(kind: Kind, before: Content, after: Content): Content {
  if (!kind.hasGeneration || isEqual(desired(kind, before), desired(kind, after))) return after;
  return { ...after, metadata: { ...after.metadata, generation: nextGeneration(before) } };
}

/** The generation after one more change. */
export function nextGeneration(before: Content): number {
  const { generation } = before.metadata;
  return typeof generation === 'number' ? generation + 1 : 1;
}

function desired(kind: Kind, content: Content): JsonObject {
  return kind.hasStatus ? without(content, 'metadata', 'status') : without(content, 'metadata');
}
