import type { JsonRecord } from '../json.ts';
import { headerName, name, tag, uuid } from './checks.ts';
import type {
  BooleanField,
  Check,
  ErrorTree,
  Field,
  Fields,
  ForeignField,
  ListField,
  NumberField,
  StringField,
} from './field.ts';

/** An entity type of Kong's data model. */
export interface EntitySchema {
  /** Plural, as in the configuration: `services`. */
  readonly name: string;
  /** As in `flattened_errors`: `service`. */
  readonly singular: string;
  readonly fields: Fields;
  /** The field by which others may refer to it besides its id. */
  readonly key?: string;
  /** Fields whose values must differ among all entities of the type. */
  readonly unique: readonly string[];
  /** Fields that together with the type's name give the id if there is neither an id nor a key. */
  readonly cacheKey?: readonly string[];
  /** Rules over several fields; adds to `errors`. Runs with the shorthands replaced. */
  readonly check?: (entity: JsonRecord, errors: ErrorTree) => void;
  /** Replaces shorthand fields (a service's `url`) by what they stand for. */
  readonly expand?: (entity: JsonRecord) => JsonRecord;
  /** Values that Kong computes from others. */
  readonly complete?: (entity: JsonRecord) => void;
}

export const string = (check?: Check<string>, more: Omit<StringField, 'kind'> = {}): StringField => ({
  kind: 'string',
  ...(check && { check }),
  ...more,
});
export const required = <F extends Field>(field: F): F => ({ ...field, required: true });
export const boolean = (value?: boolean): BooleanField =>
  value === undefined ? { kind: 'boolean' } : { kind: 'boolean', default: value };
export const integer = (low: number, high: number, value?: number): NumberField => ({
  kind: 'integer',
  between: [low, high],
  ...(value !== undefined && { default: value }),
});
export const oneOf = (values: readonly string[], value?: string): StringField => ({
  kind: 'string',
  oneOf: values,
  ...(value !== undefined && { default: value }),
});
export const arrayOf = (elements: Field, value?: string[]): ListField => ({
  kind: 'array',
  elements,
  ...(value && { default: value }),
});
export const setOf = (elements: Field, value?: string[]): ListField => ({
  kind: 'set',
  elements,
  ...(value && { default: value }),
});
export const foreign = (reference: string, more: { cascade?: true; required?: true } = {}): ForeignField => ({
  kind: 'foreign',
  reference,
  ...more,
});

export const port = integer(0, 65535);
export const timeout = (value: number): NumberField => integer(1, 2 ** 31 - 2, value);
export const header = string(headerName);
export const entityName = string(name);

/** The fields that nearly every type has. */
export const commonFields = {
  id: string(uuid),
  created_at: { kind: 'timestamp' },
  tags: setOf(string(tag)),
} as const satisfies Fields;
export const updatedAt = { kind: 'timestamp', always: true } as const;
