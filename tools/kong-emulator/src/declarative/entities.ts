import { randomUUID } from 'node:crypto';
import { isRecord, type Json, type JsonRecord } from '../json.ts';
import type { EntitySchema } from '../schema/entity.ts';
import type { ErrorNode, ErrorTree } from '../schema/field.ts';
import type { Child, DataModel } from '../schema/model.ts';
import { withDefaults } from '../schema/validate.ts';
import { generatedId } from './ids.ts';

/** Flattened entities with all fields, by type and id. */
export type Entities = ReadonlyMap<string, ReadonlyMap<string, JsonRecord>>;

export type Flattening =
  | { readonly entities: Entities }
  | {
      readonly errors: ErrorTree;
      /** The ids of the document's items, which the node has filled in by then. */
      readonly ids: ReadonlyMap<JsonRecord, string>;
    };

interface Placed {
  readonly schema: EntitySchema;
  readonly entity: JsonRecord;
  readonly id: string;
}

/**
 * Flattens a valid document: ids generated, defaults filled in, references resolved.
 * @param nowSeconds what goes into `created_at` and `updated_at`
 * @returns the entities, or errors of uniqueness and reference
 */
export function flattenDocument(document: JsonRecord, model: DataModel, nowSeconds: number): Flattening {
  return new Flattener(model, nowSeconds).run(document);
}

class Flattener {
  readonly #model: DataModel;
  readonly #now: number;
  readonly #placed: Placed[] = [];
  readonly #ids = new Map<JsonRecord, string>();
  readonly #byId = new Map<string, Map<string, JsonRecord>>();
  readonly #byKey = new Map<string, Map<string, string>>();
  readonly #named = new Map<string, Map<string, string>>();
  readonly #taken = new Map<string, Set<string>>();
  readonly #errors = new Map<string, Map<string | number, ErrorNode>>();

  constructor(model: DataModel, now: number) {
    this.#model = model;
    this.#now = now;
  }

  run(document: JsonRecord): Flattening {
    this.#collectNames(document, this.#model.types.keys());
    for (const [name, schema] of this.#model.types) this.#list(schema, document[name], undefined, undefined);
    for (const placed of this.#placed) this.#resolve(placed);
    return this.#errors.size === 0
      ? { entities: this.#byId }
      : { errors: asTree(this.#errors), ids: this.#ids };
  }

  /** Ids by key, so that a plugin that names its service and one nested in it are known to have the same scope. */
  #collectNames(holder: JsonRecord, types: Iterable<string>): void {
    for (const type of types) {
      const schema = this.#model.types.get(type);
      const list = holder[type];
      if (!schema || !Array.isArray(list)) continue;
      const named = this.#named.get(type) ?? new Map<string, string>();
      this.#named.set(type, named);
      for (const item of list) {
        if (!isRecord(item)) continue;
        const key =
          schema.key !== undefined && schema.unique.includes(schema.key) ? item[schema.key] : undefined;
        if (typeof key === 'string') named.set(key, this.#idOf(schema, item));
        this.#collectNames(item, this.#model.children.get(type)?.keys() ?? []);
      }
    }
  }

  #cacheKey(schema: EntitySchema, item: JsonRecord): string {
    const parts = (schema.cacheKey ?? []).map((field) => {
      const definition = schema.fields[field];
      const text = idText(item[field]);
      return definition?.kind === 'foreign'
        ? (this.#named.get(definition.reference)?.get(text) ?? text)
        : text;
    });
    return [schema.name, ...parts].join(':');
  }

  #list(
    schema: EntitySchema,
    list: Json | undefined,
    child: Child | undefined,
    parentId: string | undefined,
  ): void {
    if (!Array.isArray(list)) return;
    list.forEach((item, position) => {
      if (isRecord(item)) this.#place(schema, item, position, child, parentId);
    });
  }

  #place(
    schema: EntitySchema,
    item: JsonRecord,
    position: number,
    child: Child | undefined,
    parentId: string | undefined,
  ): void {
    const expanded = schema.expand?.(item) ?? item;
    const given =
      child && parentId !== undefined ? { ...expanded, [child.field]: { id: parentId } } : expanded;
    const id = this.#idOf(schema, given);
    this.#ids.set(item, id);
    const entity = withDefaults(schema.fields, { ...given, id }, this.#now);
    schema.complete?.(entity);
    this.#claim(schema, entity, id, position);
    this.#placed.push({ schema, entity, id });
    for (const [name, nested] of this.#model.children.get(schema.name) ?? [])
      if (!Object.hasOwn(schema.fields, name)) this.#list(nested.schema, item[name], nested, id);
  }

  #idOf(schema: EntitySchema, item: JsonRecord): string {
    if (typeof item['id'] === 'string') return item['id'].toLowerCase();
    const key = schema.key === undefined ? undefined : item[schema.key];
    if (schema.key !== undefined && typeof key === 'string') {
      const relative = schema.unique.includes(schema.key)
        ? []
        : cascading(schema).map((field) => idText(item[field]));
      return generatedId(schema.name, [key, ...relative].join(':'));
    }
    if (schema.cacheKey) return generatedId(schema.name, this.#cacheKey(schema, item));
    return randomUUID();
  }

  #claim(schema: EntitySchema, entity: JsonRecord, id: string, position: number): void {
    const entities = this.#byId.get(schema.name) ?? new Map<string, JsonRecord>();
    this.#byId.set(schema.name, entities);
    if (entities.has(id)) this.#violation(schema, position, 'primary key', id);
    else if (schema.cacheKey && !this.#take(schema, 'cache key', this.#cacheKey(schema, entity)))
      this.#violation(schema, position, 'primary key', id);
    for (const field of schema.unique) {
      const value = entity[field];
      if (typeof value === 'string' && !this.#take(schema, field, value))
        this.#violation(schema, position, field, value);
    }
    entities.set(id, entity);
    const key = schema.key === undefined ? undefined : entity[schema.key];
    if (typeof key !== 'string') return;
    const keys = this.#byKey.get(schema.name) ?? new Map<string, string>();
    keys.set(key, id);
    this.#byKey.set(schema.name, keys);
  }

  #take(schema: EntitySchema, field: string, value: string): boolean {
    const slot = `${schema.name} ${field}`;
    const taken = this.#taken.get(slot) ?? new Set<string>();
    this.#taken.set(slot, taken);
    if (taken.has(value)) return false;
    taken.add(value);
    return true;
  }

  #violation(schema: EntitySchema, position: number, field: string, value: string): void {
    const message = `uniqueness violation: '${schema.name}' entity with ${field} set to '${value}' already declared`;
    this.#error(schema.name, position, message);
  }

  #error(type: string, at: string | number, error: ErrorNode): void {
    const errors = this.#errors.get(type) ?? new Map<string | number, ErrorNode>();
    errors.set(at, error);
    this.#errors.set(type, errors);
  }

  #resolve({ schema, entity, id }: Placed): void {
    for (const [field, definition] of Object.entries(schema.fields)) {
      const reference = entity[field];
      if (definition.kind !== 'foreign' || reference === undefined || reference === null) continue;
      const found = this.#find(definition.reference, reference);
      if (found !== undefined) {
        entity[field] = { id: found };
        continue;
      }
      const key = schema.key === undefined ? undefined : entity[schema.key];
      const shown = typeof reference === 'string' ? reference : JSON.stringify(reference);
      this.#error(schema.name, typeof key === 'string' ? key : id, [
        `invalid reference '${field}: ${shown}' (no such entry in '${definition.reference}')`,
      ]);
    }
  }

  #find(type: string, reference: Json): string | undefined {
    const value = idText(reference);
    const id = isRecord(reference) ? undefined : this.#byKey.get(type)?.get(value);
    return id ?? (this.#byId.get(type)?.has(value.toLowerCase()) ? value.toLowerCase() : undefined);
  }
}

const cascading = (schema: EntitySchema) =>
  Object.entries(schema.fields)
    .filter(([, definition]) => definition.kind === 'foreign' && definition.cascade)
    .map(([field]) => field);

function idText(reference: Json | undefined): string {
  const value = isRecord(reference) ? reference['id'] : reference;
  return typeof value === 'string' ? value : '';
}

/** Errors by position become an array with holes; errors by name an object, as Lua's tables are encoded. */
function asTree(errors: ReadonlyMap<string, ReadonlyMap<string | number, ErrorNode>>): ErrorTree {
  const tree: ErrorTree = {};
  for (const [type, found] of errors) {
    const positions = [...found.keys()];
    if (positions.every((position) => typeof position === 'number')) {
      const list: (ErrorNode | null)[] = [];
      for (let position = 0; position <= Math.max(...positions); position++)
        list.push(found.get(position) ?? null);
      tree[type] = list;
    } else {
      tree[type] = Object.fromEntries([...found].map(([at, error]) => [String(at), error]));
    }
  }
  return tree;
}
