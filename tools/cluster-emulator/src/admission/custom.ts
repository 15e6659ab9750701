import { isObject, without, type JsonObject } from '../json.ts';
import { fitToSchema } from '../schema/prune.ts';
import { validate } from '../schema/validate.ts';
import type { Content } from '../store/stored.ts';
import { Refusal } from './refusal.ts';

/** Fits custom resources to the schema of their kind, and refuses those that it does not allow. */
export function admitBySchema(
  kind: { readonly group: string; readonly kind: string },
  schema: JsonObject,
): (object: Content) => Content {
  return (object) => {
    const fitted = fitToSchema(object, schema, true);
    const content = isObject(fitted) ? { ...fitted, metadata: object.metadata } : object;
    const refusal = new Refusal();
    const required = schema['required'];
    // Name and version of the kind are always there; they are just not kept with the object.
    const own = Array.isArray(required)
      ? {
          ...schema,
          required: required.filter((field) => !['apiVersion', 'kind', 'metadata'].includes(String(field))),
        }
      : schema;
    validate(without(content, 'metadata'), own, '', refusal);
    refusal.check(kind, content);
    return content;
  };
}
