import { isRecord, type Json, type JsonRecord } from '../json.ts';
import type { EntitySchema } from '../schema/entity.ts';
import { type ErrorNode, type ErrorTree, unlessEmpty } from '../schema/field.ts';
import type { DataModel } from '../schema/model.ts';
import { byPosition, validateFields } from '../schema/validate.ts';

const VERSIONS = ['1.1', '2.1', '3.0'];
const META = new Set(['_format_version', '_transform', '_comment', '_ignore']);

/** Stands for the entity in which another is nested. */
const PARENT: JsonRecord = { id: '00000000-0000-0000-0000-000000000000' };

/** Whether an entity of the type exists under this id or key. */
type Resolver = (type: string, reference: Json) => boolean;

/**
 * Holds a declarative document against the data model, without looking at uniqueness.
 * Dangling references are named only if something else is wrong too: that is how the node behaves, which repeats the
 * validation with references filled in after the first one failed.
 */
export function validateDocument(document: JsonRecord, model: DataModel): ErrorTree | undefined {
  const errors = new Validation(model, undefined).document(document);
  return errors && new Validation(model, resolver(document, model)).document(document);
}

/** Holds one entity against the data model, as POST /schemas/<type>/validate does. */
export function validateEntity(
  schema: EntitySchema,
  entity: JsonRecord,
  model: DataModel,
): ErrorTree | undefined {
  return new Validation(model, undefined).entity(schema, entity, undefined);
}

class Validation {
  readonly #model: DataModel;
  readonly #resolver: Resolver | undefined;

  constructor(model: DataModel, resolve: Resolver | undefined) {
    this.#model = model;
    this.#resolver = resolve;
  }

  document(document: JsonRecord): ErrorTree | undefined {
    const errors: ErrorTree = {};
    const version = versionError(document['_format_version']);
    if (version !== undefined) errors['_format_version'] = version;
    const transform = document['_transform'];
    if (transform !== undefined && typeof transform !== 'boolean')
      errors['_transform'] = 'expected a boolean';
    for (const [key, value] of Object.entries(document)) {
      if (META.has(key)) continue;
      const schema = this.#model.types.get(key);
      const error = schema ? this.#list(schema, value, undefined) : 'unknown field';
      if (error !== undefined) errors[key] = error;
    }
    return unlessEmpty(errors);
  }

  #list(schema: EntitySchema, value: Json, parentField: string | undefined): ErrorNode | undefined {
    if (value === null) return undefined;
    if (!Array.isArray(value)) return 'expected an array';
    return byPosition(
      value.map((item) => (isRecord(item) ? this.entity(schema, item, parentField) : 'expected a record')),
    );
  }

  entity(schema: EntitySchema, item: JsonRecord, parentField: string | undefined): ErrorTree | undefined {
    const entity = schema.expand?.(item) ?? item;
    const children = this.#model.children.get(schema.name);
    const nested = new Set([...(children?.keys() ?? [])].filter((key) => !Object.hasOwn(schema.fields, key)));
    const placed = parentField === undefined ? entity : { ...entity, [parentField]: PARENT };
    const errors = validateFields(schema.fields, placed, nested) ?? {};
    this.#references(schema, entity, errors);
    schema.check?.(placed, errors);
    for (const key of nested) {
      const child = children?.get(key);
      const value = item[key];
      if (child === undefined || value === undefined) continue;
      const error = this.#list(child.schema, value, child.field);
      if (error !== undefined) errors[key] = error;
    }
    if (schema.name === 'certificates' && Object.keys(errors).length > 0) addBogusSniErrors(item, errors);
    return unlessEmpty(errors);
  }

  #references(schema: EntitySchema, entity: JsonRecord, errors: ErrorTree): void {
    if (this.#resolver === undefined) return;
    for (const [field, definition] of Object.entries(schema.fields)) {
      const reference = entity[field];
      if (definition.kind !== 'foreign' || reference === undefined || reference === null) continue;
      if (!this.#resolver(definition.reference, reference)) errors[field] = { id: 'missing primary key' };
    }
  }
}

function versionError(version: Json | undefined): string | undefined {
  if (version === undefined || version === null) return 'required field missing';
  if (typeof version !== 'string') return 'expected a string';
  return VERSIONS.includes(version) ? undefined : `expected one of: ${VERSIONS.join(', ')}`;
}

/** Seen on a real node: the SNIs of a refused certificate each complain about a missing certificate. */
function addBogusSniErrors(item: JsonRecord, errors: ErrorTree): void {
  const snis = item['snis'];
  if (!Array.isArray(snis) || snis.length === 0 || errors['snis'] !== undefined) return;
  errors['snis'] = [{ certificate: { '@entity': ['required field missing'] } }];
}

function resolver(document: JsonRecord, model: DataModel): Resolver {
  const known = new Map<string, Set<string>>();
  const collect = (holder: JsonRecord, names: Iterable<string>) => {
    for (const name of names) {
      const schema = model.types.get(name);
      const list = holder[name];
      if (!schema || !Array.isArray(list)) continue;
      const names = known.get(name) ?? new Set<string>();
      known.set(name, names);
      for (const item of list) {
        if (!isRecord(item)) continue;
        for (const field of ['id', schema.key]) {
          const value = field === undefined ? undefined : item[field];
          if (typeof value === 'string') names.add(value);
        }
        collect(item, model.children.get(name)?.keys() ?? []);
      }
    }
  };
  collect(document, model.types.keys());
  return (type, reference) => {
    const value = isRecord(reference) ? reference['id'] : reference;
    return typeof value === 'string' && (known.get(type)?.has(value) ?? false);
  };
}
