import type { JsonObject } from '../json.ts';
import { isObject, objectIn, textIn } from '../json.ts';

/** One version of an object, encoded once. */
export interface Stored {
  /** `namespace/name`, or `/name` of objects without namespace: the order of lists. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
  /** What field selectors of this kind may ask for, by path. */
  readonly fields: Readonly<Record<string, string>>;
  /** The JSON of all but `apiVersion` and `kind`, without the opening brace. */
  readonly tail: string;
}

/** An object without `apiVersion` and `kind`, which a version of the API adds. */
export interface Content extends JsonObject {
  metadata: JsonObject;
}

/** The key of an object in its collection. */
export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/**
 * Encodes an object at a revision.
 *
 * @param selectable - paths of the fields that field selectors may ask for, as in `status.phase`
 */
export function encode(content: Content, revision: number, selectable: readonly string[]): Stored {
  const { metadata, ...rest } = content;
  const encoded = { metadata: { ...metadata, resourceVersion: String(revision) }, ...rest };
  const namespace = textIn(metadata, 'namespace') ?? '';
  const name = textIn(metadata, 'name') ?? '';
  return {
    key: keyOf(namespace, name),
    namespace,
    name,
    revision,
    labels: labelsOf(metadata),
    fields: fieldsOf(content, selectable),
    tail: JSON.stringify(encoded).slice(1),
  };
}

/** Decodes an object: each call makes a copy that may be changed. */
export function decode(stored: Stored): Content {
  return JSON.parse(`{${stored.tail}`) as Content;
}

const NO_FIELDS = {};

function fieldsOf(content: Content, selectable: readonly string[]): Readonly<Record<string, string>> {
  if (selectable.length === 0) return NO_FIELDS;
  return Object.fromEntries(selectable.map((path) => [path, textAt(content, path.split('.'))]));
}

function textAt(value: JsonObject, [field = '', ...rest]: readonly string[]): string {
  return rest.length === 0 ? (textIn(value, field) ?? '') : textAt(objectIn(value, field), rest);
}

function labelsOf(metadata: JsonObject): Record<string, string> {
  const labels: Record<string, string> = {};
  if (!isObject(metadata['labels'])) return labels;
  for (const name of Object.keys(metadata['labels'])) {
    const value = textIn(objectIn(metadata, 'labels'), name);
    if (value !== undefined) labels[name] = value;
  }
  return labels;
}
