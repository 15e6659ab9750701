import type { Json, JsonRecord } from '../json.ts';

/** Says what is wrong with a value, in Kong's words; nothing if it is right. */
export type Check<T> = (value: T) => string | undefined;

interface Base {
  readonly required?: true;
  readonly default?: Json;
}

export interface StringField extends Base {
  readonly kind: 'string';
  readonly oneOf?: readonly string[];
  readonly allowEmpty?: true;
  readonly check?: Check<string>;
}

export interface NumberField extends Base {
  readonly kind: 'number' | 'integer';
  readonly between?: readonly [number, number];
  readonly greaterThan?: number;
  readonly check?: Check<number>;
}

export interface BooleanField extends Base {
  readonly kind: 'boolean';
}

/** Filled in by the node: accepted from the client, replaced or generated otherwise. */
export interface TimestampField extends Base {
  readonly kind: 'timestamp';
  readonly always?: true;
}

export interface ListField extends Base {
  readonly kind: 'array' | 'set';
  readonly elements: Field;
  readonly lengthAtLeast?: number;
}

export interface RecordField extends Base {
  readonly kind: 'record';
  readonly fields: Fields;
  readonly check?: Check<JsonRecord>;
}

export interface MapField extends Base {
  readonly kind: 'map';
  readonly keyCheck?: Check<string>;
  readonly values: Field;
}

export interface ForeignField extends Base {
  readonly kind: 'foreign';
  /** Plural name of the entity type that it refers to. */
  readonly reference: string;
  readonly cascade?: true;
}

export interface AnyField extends Base {
  readonly kind: 'any';
}

export type Field =
  | StringField
  | NumberField
  | BooleanField
  | TimestampField
  | ListField
  | RecordField
  | MapField
  | ForeignField
  | AnyField;

export type Fields = Readonly<Record<string, Field>>;

/** Errors by field, as Kong shows them: a text, or errors of what is inside; arrays by position with null holes. */
export type ErrorNode = string | (ErrorNode | null)[] | ErrorTree;
export interface ErrorTree {
  [field: string]: ErrorNode;
}

/** The key under which an entity as a whole has its errors. */
export const ENTITY = '@entity';

/** Adds an error about the entity as a whole. */
export function addEntityError(errors: ErrorTree, message: string): void {
  const list = errors[ENTITY];
  if (Array.isArray(list)) list.push(message);
  else errors[ENTITY] = [message];
}

/** The tree if it holds an error. */
export function unlessEmpty(errors: ErrorTree): ErrorTree | undefined {
  return Object.keys(errors).length === 0 ? undefined : errors;
}
