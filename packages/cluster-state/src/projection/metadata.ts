import type { Metadata, Revision } from '../records.ts';
import { labelMistake, subdomainMistake } from './names.ts';
import { isObject, ObjectReader, type InvalidFields } from './object-reader.ts';
import { utcTimestamp } from './timestamp.ts';

/** Why an object can't be taken at all. */
export interface Mistake {
  readonly field: string;
  readonly message: string;
}

/**
 * Reads `metadata`. A mistake in a name, an annotation or a label is one of the whole object: an annotation that is
 * left out could be the one that protects a route.
 *
 * @param invalidFields - gets what is wrong without making the object unusable
 * @returns the metadata, or the first mistake because of which the object can't be taken
 */
export function readMetadata(
  object: object,
  namespaced: boolean,
  invalidFields: InvalidFields,
): { readonly metadata: Metadata; readonly revision?: Revision } | { readonly mistake: Mistake } {
  const mistakes: InvalidFields = [];
  const reader = new ObjectReader(object, '', mistakes).object('metadata');
  if (!reader) return { mistake: mistakes[0] ?? { field: 'metadata.name', message: 'must be given' } };
  const namespace = reader.checkedText('namespace', labelMistake) ?? '';
  const metadata = {
    name: readName(reader),
    namespace: namespaced ? namespace || 'default' : '',
    uid: reader.text('uid') ?? '',
    creationTimestamp: readTimestamp(reader, invalidFields),
    annotations: readTexts(reader, 'annotations', isUsedAnnotation),
    labels: readTexts(reader, 'labels', isUsedLabel),
  };
  const revision = readRevision(reader);
  return mistakes[0] ? { mistake: mistakes[0] } : { metadata, ...(revision && { revision }) };
}

/** The others can be large and hold secrets, as what kubectl remembers of the last manifest. */
function isUsedAnnotation(name: string): boolean {
  return /^(?:[^/]*\.)?(?:konghq\.com|silverback\.dev)\/|^(?:ingress(?:class)?\.)?kubernetes\.io\//.test(
    name,
  );
}

function isUsedLabel(name: string): boolean {
  return name === 'global' || isUsedAnnotation(name);
}

/** What cannot be read as one is none: only a server writes it, and no decision rests on it. */
function readRevision(reader: ObjectReader): Revision | undefined {
  const resourceVersion = reader.value('resourceVersion');
  const generation = reader.value('generation');
  if (typeof resourceVersion !== 'string') return undefined;
  return { resourceVersion, generation: typeof generation === 'number' ? generation : 0 };
}

/** The name and namespace of an object as far as they are text, to name it in a problem. */
export function nameOf(object: object, namespaced: boolean): { name: string; namespace: string } {
  const reader = new ObjectReader(object, '', []).object('metadata');
  const namespace = reader?.text('namespace') ?? '';
  return {
    name: (reader?.text('name') ?? '').slice(0, 253),
    namespace: namespaced ? (namespace || 'default').slice(0, 63) : '',
  };
}

function readName(reader: ObjectReader): string {
  const name = reader.requiredText('name');
  const mistake = name === '' ? undefined : subdomainMistake(name);
  if (mistake !== undefined) reader.reject('name', mistake);
  return name;
}

function readTexts(
  reader: ObjectReader,
  key: string,
  isUsed: (name: string) => boolean,
): Record<string, string> {
  // No name that is used is one that every object has: it has a slash, or is `global`.
  const texts: Record<string, string> = {};
  const value = reader.value(key);
  if (value === undefined) return texts;
  if (!isObject(value)) {
    reader.reject(key, 'must be an object');
    return texts;
  }
  for (const [name, text] of Object.entries(value) as [string, unknown][]) {
    if (!isUsed(name) && (text === null || typeof text === 'string')) continue;
    if (text === null) texts[name] = '';
    else if (typeof text === 'string' && text.isWellFormed()) texts[name] = text;
    else reader.reject(`${key}[${name}]`, 'must be text: put the value in quotes');
  }
  return texts;
}

function readTimestamp(reader: ObjectReader, invalidFields: InvalidFields): string {
  const value = reader.value('creationTimestamp');
  if (value === undefined) return '';
  const timestamp = typeof value === 'string' ? utcTimestamp(value) : undefined;
  if (timestamp === undefined) {
    const field = reader.pathOf('creationTimestamp');
    invalidFields.push({ field, message: 'must be a time in RFC 3339 such as 2026-01-31T12:00:00Z' });
  }
  return timestamp ?? '';
}
