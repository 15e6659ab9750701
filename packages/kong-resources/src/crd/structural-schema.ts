import { z } from 'zod';
import type { StructuralSchema } from './schema.ts';

/** A node of what zod makes of a definition. */
type Node = Readonly<Record<string, unknown>>;

/** Taken over as they are. */
const TAKEN = [
  'description',
  'format',
  'default',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'maxItems',
  'x-kubernetes-list-type',
  'x-kubernetes-validations',
];

/** Looked at on their own, or without a meaning for the API server. */
const KNOWN = new Set([
  ...TAKEN,
  'type',
  'required',
  'properties',
  'additionalProperties',
  'propertyNames',
  'items',
  'hasNoEffect',
  'x-kubernetes-preserve-unknown-fields',
  '$schema',
  '$defs',
]);

/**
 * The structural schema of a definition (KEP-1693): unknown fields are not forbidden but pruned, and free-form parts
 * are marked.
 *
 * @param withEffect - leaves out the fields that have no effect
 * @throws RangeError if a definition says something that such a schema cannot
 */
export function structuralSchema(definition: z.ZodType, withEffect = false): StructuralSchema {
  const json = z.toJSONSchema(definition, { io: 'input', unrepresentable: 'any' });
  return convert(json, '', withEffect);
}

function convert(node: Node, path: string, withEffect: boolean): StructuralSchema {
  const unknown = Object.keys(node).find((keyword) => !KNOWN.has(keyword));
  if (unknown !== undefined) throw new RangeError(`${path}: "${unknown}" has no structural form`);
  if (typeof node['type'] !== 'string') throw new RangeError(`${path}: must have one type`);
  const taken = TAKEN.flatMap((keyword) => (node[keyword] === undefined ? [] : [[keyword, node[keyword]]]));
  const {
    description,
    'x-kubernetes-validations': rules,
    ...rest
  } = Object.fromEntries(taken) as Partial<StructuralSchema>;
  return {
    ...(description !== undefined && { description }),
    // Zod knows no other types.
    type: node['type'] as StructuralSchema['type'],
    ...rest,
    ...(rules && { 'x-kubernetes-validations': rules }),
    ...(node['type'] === 'object' && contentOf(node, path, withEffect)),
    ...(node['type'] === 'array' && { items: convert(node['items'] as Node, `${path}[]`, withEffect) }),
  };
}

function contentOf(node: Node, path: string, withEffect: boolean): Partial<StructuralSchema> {
  const { properties, required, additionalProperties: others } = node;
  const isFreeForm = node['x-kubernetes-preserve-unknown-fields'] === true;
  // A loose object: any more fields, of any form.
  const isLoose = isObject(others) && Object.keys(others).length === 0;
  const fields = Object.entries((properties ?? {}) as Readonly<Record<string, Node>>)
    .filter(([, field]) => !withEffect || field['hasNoEffect'] !== true)
    .map(([name, field]) => [name, convert(field, `${path}.${name}`, withEffect)] as const);
  return {
    ...(Array.isArray(required) && required.length > 0 && { required }),
    ...(fields.length > 0 && { properties: Object.fromEntries(fields) }),
    ...(isObject(others) &&
      !isFreeForm &&
      !isLoose && { additionalProperties: convert(others, `${path}.*`, withEffect) }),
    ...((isFreeForm || isLoose) && { 'x-kubernetes-preserve-unknown-fields': true as const }),
  };
}

function isObject(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
