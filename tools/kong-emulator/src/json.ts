/** A parsed JSON or YAML value. */
export type Json = null | boolean | number | string | Json[] | JsonRecord;
export interface JsonRecord {
  [key: string]: Json;
}

/** Whether `value` is an object (not an array, not null). */
export function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a field that holds a text; empty if it holds none. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
