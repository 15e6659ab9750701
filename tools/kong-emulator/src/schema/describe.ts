import type { Json, JsonRecord } from '../json.ts';
import type { Field, Fields, ListField, NumberField } from './field.ts';

/** Fields in the form of Kong's schema endpoint: a list of records with one key each. */
export function describeFields(fields: Fields): JsonRecord[] {
  return Object.entries(fields).map(([name, field]) => ({ [name]: describeField(field) }));
}

function describeField(field: Field): JsonRecord {
  return {
    ...describeType(field),
    ...(field.required && { required: true }),
    ...(field.default !== undefined && { default: field.default }),
  };
}

function describeType(field: Field): JsonRecord {
  switch (field.kind) {
    case 'string':
      return { type: 'string', ...(field.oneOf && { one_of: [...field.oneOf] }) };
    case 'integer':
    case 'number':
      return describeNumber(field);
    case 'timestamp':
      return { type: 'integer', timestamp: true, auto: true };
    case 'array':
    case 'set':
      return describeList(field);
    case 'map':
      return { type: 'map', keys: { type: 'string' }, values: describeField(field.values) };
    case 'record':
      return { type: 'record', fields: describeFields(field.fields) };
    case 'foreign':
      return { type: 'foreign', reference: field.reference };
    case 'boolean':
      return { type: 'boolean' };
    case 'any':
      return { type: 'record' } satisfies Record<string, Json>;
  }
}

function describeNumber(field: NumberField): JsonRecord {
  return {
    type: field.kind,
    ...(field.between && { between: [...field.between] }),
    ...(field.greaterThan !== undefined && { gt: field.greaterThan }),
  };
}

function describeList(field: ListField): JsonRecord {
  return {
    type: field.kind,
    elements: describeField(field.elements),
    ...(field.lengthAtLeast !== undefined && { len_min: field.lengthAtLeast }),
  };
}
