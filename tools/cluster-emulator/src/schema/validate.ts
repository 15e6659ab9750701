import type { Refusal } from '../admission/refusal.ts';
import { isList, isObject, objectIn, textIn, type Json, type JsonObject } from '../json.ts';

/** Finds what of a value its schema does not allow. Rules written in CEL are not looked at. */
export function validate(value: Json, schema: JsonObject, field: string, refusal: Refusal): void {
  if (value === null && schema['nullable'] === true) return;
  if (!checkType(value, schema, field, refusal)) return;
  checkValue(value, schema, field, refusal);
  if (isList(value)) checkItems(value, schema, field, refusal);
  else if (isObject(value)) checkFields(value, schema, field, refusal);
}

function checkType(value: Json, schema: JsonObject, field: string, refusal: Refusal): boolean {
  const wanted = textIn(schema, 'type');
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (Number.isInteger(value) || typeof value === 'string') return true;
  } else if (wanted === undefined || typesOf(value).includes(wanted)) {
    return true;
  }
  const found = typesOf(value)[0] ?? '';
  refusal.invalid(
    field,
    found,
    `${field} in body must be of type ${wanted ?? 'integer or string'}: "${found}"`,
  );
  return false;
}

function typesOf(value: Json): string[] {
  if (value === null) return ['null'];
  if (isList(value)) return ['array'];
  if (Number.isInteger(value)) return ['integer', 'number'];
  return [typeof value];
}

function checkValue(value: Json, schema: JsonObject, field: string, refusal: Refusal): void {
  const { enum: known, pattern, maxLength, minLength, maximum, minimum } = schema;
  if (isList(known) && !known.includes(value))
    refusal.unsupported(
      field,
      value,
      known.filter((each) => typeof each === 'string'),
    );
  if (typeof value === 'string') {
    if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value))
      refusal.invalid(field, value, `${field} in body should match '${pattern}'`);
    if (typeof maxLength === 'number' && value.length > maxLength)
      refusal.invalid(field, value, `may not be more than ${maxLength} bytes`);
    if (typeof minLength === 'number' && value.length < minLength)
      refusal.invalid(field, value, `${field} in body should be at least ${minLength} chars long`);
  } else if (typeof value === 'number') {
    if (typeof maximum === 'number' && value > maximum)
      refusal.invalid(field, value, `${field} in body should be less than or equal to ${maximum}`);
    if (typeof minimum === 'number' && value < minimum)
      refusal.invalid(field, value, `${field} in body should be greater than or equal to ${minimum}`);
  }
}

function checkItems(value: readonly Json[], schema: JsonObject, field: string, refusal: Refusal): void {
  const { items, maxItems, minItems } = schema;
  if (typeof maxItems === 'number' && value.length > maxItems)
    refusal.invalid(field, value.length, `must have at most ${maxItems} items`);
  if (typeof minItems === 'number' && value.length < minItems)
    refusal.invalid(field, value.length, `${field} in body should have at least ${minItems} items`);
  if (!isObject(items)) return;
  value.forEach((item, index) => {
    validate(item, items, `${field}[${index}]`, refusal);
  });
}

function checkFields(value: JsonObject, schema: JsonObject, field: string, refusal: Refusal): void {
  const inside = (name: string): string => (field === '' ? name : `${field}.${name}`);
  const required = isList(schema['required']) ? schema['required'] : [];
  for (const name of required)
    if (typeof name === 'string' && value[name] === undefined) refusal.required(inside(name));
  const properties = objectIn(schema, 'properties');
  const others = schema['additionalProperties'];
  for (const [name, child] of Object.entries(value)) {
    const known = properties[name] ?? others;
    if (child !== undefined && isObject(known)) validate(child, known, inside(name), refusal);
  }
}
