import { validateEntity } from '../declarative/document.ts';
import type { JsonRecord } from '../json.ts';
import type { ErrorTree } from '../schema/field.ts';
import { dataModel } from '../schema/model.ts';
import type { NodeKind } from '../schema/node-kind.ts';

/** What a node says about an entity; by default one with the router flavour `traditional`. */
export function errorsOf(type: string, entity: JsonRecord, kind: Partial<NodeKind> = {}): ErrorTree {
  const model = dataModel({ flavor: 'traditional', edition: 'community', version: '3.9.3', ...kind });
  const schema = model.types.get(type);
  if (!schema) throw new Error(`no type ${type}`);
  return validateEntity(schema, entity, model) ?? {};
}

/** Regular expressions in the tree become matchers. */
export function withMatchers(value: unknown): unknown {
  if (value instanceof RegExp) return expect.stringMatching(value);
  if (Array.isArray(value)) return value.map(withMatchers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withMatchers(inner)]));
}
