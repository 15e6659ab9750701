import { isRecord, type Json, type JsonRecord } from '../json.ts';
import {
  type ErrorNode,
  type ErrorTree,
  type Field,
  type Fields,
  type ListField,
  type MapField,
  type NumberField,
  type RecordField,
  type StringField,
  unlessEmpty,
} from './field.ts';

/**
 * Holds a record against its fields.
 * @param ignored keys that are looked at elsewhere (nested entities)
 * @returns the errors by field, nothing if there is none
 */
export function validateFields(
  fields: Fields,
  value: JsonRecord,
  ignored: ReadonlySet<string> = new Set(),
): ErrorTree | undefined {
  const errors: ErrorTree = {};
  for (const key of Object.keys(value)) {
    if (ignored.has(key) || key === '_comment' || key === '_ignore') continue;
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) {
      errors[key] = 'unknown field';
      continue;
    }
    const error = validateValue(field, value[key]);
    if (error !== undefined) errors[key] = error;
  }
  for (const [key, field] of Object.entries(fields)) {
    const missing = value[key] === undefined || value[key] === null;
    if (missing && field.required && field.default === undefined && !ignored.has(key))
      errors[key] = 'required field missing';
  }
  return unlessEmpty(errors);
}

/** Holds one value against its field. Null counts as absent. */
export function validateValue(field: Field, value: Json | undefined): ErrorNode | undefined {
  if (value === null || value === undefined) return undefined;
  switch (field.kind) {
    case 'string':
      return validateString(field, value);
    case 'integer':
    case 'number':
      return validateNumber(field, value);
    case 'timestamp':
    case 'boolean':
      return validateType(field.kind === 'boolean' ? 'boolean' : 'number', value);
    case 'array':
    case 'set':
      return validateList(field, value);
    case 'map':
      return validateMap(field, value);
    case 'record':
      return validateRecord(field, value);
    case 'foreign':
      return validateForeign(value);
    case 'any':
      return undefined;
  }
}

function validateRecord(field: RecordField, value: Json): ErrorNode | undefined {
  if (!isRecord(value)) return 'expected a record';
  return validateFields(field.fields, value) ?? field.check?.(value);
}

function validateType(type: 'boolean' | 'number', value: Json): string | undefined {
  return typeof value === type ? undefined : `expected a ${type}`;
}

function validateString(field: StringField, value: Json): string | undefined {
  if (typeof value !== 'string') return 'expected a string';
  if (value === '' && !field.allowEmpty) return 'length must be at least 1';
  if (field.oneOf && !field.oneOf.includes(value)) return `expected one of: ${field.oneOf.join(', ')}`;
  return field.check?.(value);
}

function validateNumber(field: NumberField, value: Json): string | undefined {
  if (typeof value !== 'number')
    return field.kind === 'integer' ? 'expected an integer' : 'expected a number';
  if (field.kind === 'integer' && !Number.isInteger(value)) return 'expected an integer';
  if (field.between && (value < field.between[0] || value > field.between[1]))
    return `value should be between ${field.between[0]} and ${field.between[1]}`;
  if (field.greaterThan !== undefined && value <= field.greaterThan)
    return `value must be greater than ${field.greaterThan}`;
  return field.check?.(value);
}

function validateList(field: ListField, value: Json): ErrorNode | undefined {
  if (!Array.isArray(value)) return field.kind === 'set' ? 'expected a set' : 'expected an array';
  if (field.lengthAtLeast !== undefined && value.length < field.lengthAtLeast)
    return `length must be at least ${field.lengthAtLeast}`;
  return byPosition(value.map((element) => validateValue(field.elements, element)));
}

function validateMap(field: MapField, value: Json): ErrorNode | undefined {
  if (!isRecord(value)) return 'expected a map';
  const errors: ErrorTree = {};
  for (const [key, element] of Object.entries(value)) {
    const error = field.keyCheck?.(key) ?? validateValue(field.values, element);
    if (error !== undefined) errors[key] = error;
  }
  return unlessEmpty(errors);
}

function validateForeign(value: Json): ErrorNode | undefined {
  if (typeof value === 'string') return undefined;
  if (!isRecord(value)) return 'expected a string';
  return typeof value['id'] === 'string' ? undefined : { id: 'missing primary key' };
}

/** Errors by position with null holes and no trailing ones; nothing if there is none. */
export function byPosition(errors: readonly (ErrorNode | undefined)[]): (ErrorNode | null)[] | undefined {
  const last = errors.findLastIndex((error) => error !== undefined);
  return last < 0 ? undefined : errors.slice(0, last + 1).map((error) => error ?? null);
}

/** The record with every field present: defaults filled in, null where there is none. */
export function withDefaults(fields: Fields, value: JsonRecord, nowSeconds: number): JsonRecord {
  const filled: JsonRecord = {};
  for (const [key, field] of Object.entries(fields)) filled[key] = fill(field, value[key], nowSeconds);
  return filled;
}

function fill(field: Field, given: Json | undefined, nowSeconds: number): Json {
  if (field.kind === 'timestamp') return field.always || typeof given !== 'number' ? nowSeconds : given;
  const value = given ?? field.default ?? null;
  if (field.kind === 'record') {
    if (isRecord(value)) return withDefaults(field.fields, value, nowSeconds);
    const filled = withDefaults(field.fields, {}, nowSeconds);
    return field.required ? filled : value;
  }
  if (field.kind === 'array' && Array.isArray(value) && field.elements.kind === 'record') {
    const { elements } = field;
    return value.map((element) =>
      isRecord(element) ? withDefaults(elements.fields, element, nowSeconds) : element,
    );
  }
  return value;
}
