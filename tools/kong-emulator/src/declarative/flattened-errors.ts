import { isRecord, type Json, type JsonRecord } from '../json.ts';
import { isUuid } from '../schema/checks.ts';
import { ENTITY, type ErrorNode, type ErrorTree } from '../schema/field.ts';
import type { DataModel } from '../schema/model.ts';

type FlatError = { type: 'entity'; message: string } | { type: 'field'; field: string; message: string };

/** One entity of `flattened_errors`. */
export interface FlattenedEntity {
  readonly entity_type: string;
  readonly entity_id?: string;
  readonly entity_name?: string;
  readonly entity_tags?: readonly string[];
  readonly entity?: JsonRecord;
  readonly errors: readonly FlatError[];
}

/**
 * Takes the errors that belong to an entity of the document out of the tree.
 * What belongs to a position or name that the document doesn't have is lost, as on a real node.
 * @param ids ids that the node has generated so far, by the document's items
 */
export function flattenErrors(
  document: JsonRecord,
  errors: ErrorTree,
  model: DataModel,
  ids: ReadonlyMap<JsonRecord, string> = new Map(),
): { readonly flattened: readonly FlattenedEntity[]; readonly rest: ErrorTree } {
  const flattened: FlattenedEntity[] = [];
  const rest: ErrorTree = {};
  const collector = new Collector(model, ids, flattened);
  for (const [type, section] of Object.entries(errors)) {
    const list = document[type];
    if (typeof section === 'string' || !Array.isArray(list)) {
      rest[type] = section;
      continue;
    }
    for (const [position, error] of positions(section)) {
      const item = list[position];
      if (isRecord(item)) collector.add(type, item, error, {});
    }
  }
  return { flattened, rest };
}

function positions(section: (ErrorNode | null)[] | ErrorTree): [number, ErrorNode][] {
  if (!Array.isArray(section)) return [];
  return [...section.entries()].filter((entry): entry is [number, ErrorNode] => entry[1] !== null);
}

class Collector {
  readonly #model: DataModel;
  readonly #ids: ReadonlyMap<JsonRecord, string>;
  readonly #flattened: FlattenedEntity[];

  constructor(model: DataModel, ids: ReadonlyMap<JsonRecord, string>, flattened: FlattenedEntity[]) {
    this.#model = model;
    this.#ids = ids;
    this.#flattened = flattened;
  }

  add(type: string, item: JsonRecord, error: ErrorNode, parent: JsonRecord): void {
    const tree: ErrorTree = isTree(error)
      ? { ...error }
      : { [ENTITY]: typeof error === 'string' ? [error] : error };
    const entity: JsonRecord = { ...item, ...parent };
    const id = this.#ids.get(item);
    if (id !== undefined) entity['id'] = id;
    this.#owned(type, entity, tree);
    this.#children(type, item, entity, tree);
    const errors = categorise(tree, '');
    if (errors.length === 0) return;
    this.#flattened.push({
      entity_type: this.#model.types.get(type)?.singular ?? type,
      ...identity(entity),
      entity,
      errors,
    });
  }

  /** Errors inside a reference that is given as an object belong to the entity that it stands for. */
  #owned(type: string, entity: JsonRecord, tree: ErrorTree): void {
    for (const [field, definition] of Object.entries(this.#model.types.get(type)?.fields ?? {})) {
      const error = tree[field];
      const value = entity[field];
      if (definition.kind !== 'foreign' || error === undefined) continue;
      if (isTree(error) && Object.hasOwn(error, ENTITY)) {
        Reflect.deleteProperty(tree, field);
        this.#flattened.push({
          entity_type: this.#model.types.get(definition.reference)?.singular ?? field,
          errors: categorise(error, ''),
        });
      } else if (isRecord(value) && typeof error !== 'string') {
        Reflect.deleteProperty(tree, field);
        this.add(definition.reference, value, error, {});
      }
    }
  }

  #children(type: string, item: JsonRecord, entity: JsonRecord, tree: ErrorTree): void {
    for (const [name, child] of this.#model.children.get(type) ?? []) {
      const list = item[name];
      if (!Array.isArray(list)) continue;
      Reflect.deleteProperty(entity, name);
      const errors = tree[name];
      Reflect.deleteProperty(tree, name);
      if (errors === undefined || typeof errors === 'string') continue;
      for (const [position, error] of positions(errors)) {
        const nested = list[position];
        const parent: JsonRecord = isUuid(entity['id']) ? { [child.field]: { id: entity['id'] } } : {};
        if (isRecord(nested)) this.add(name, nested, error, nested[child.field] === undefined ? parent : {});
      }
    }
  }
}

function isTree(error: ErrorNode): error is ErrorTree {
  return typeof error === 'object' && !Array.isArray(error);
}

function identity(entity: JsonRecord): Partial<FlattenedEntity> {
  const { id, name, tags } = entity;
  return {
    ...(isUuid(id) && { entity_id: id }),
    ...(typeof name === 'string' && name !== '' && { entity_name: name }),
    ...(isTextList(tags) && { entity_tags: tags }),
  };
}

function isTextList(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function categorise(node: ErrorNode, path: string): FlatError[] {
  if (typeof node === 'string') return [{ type: 'field', field: path, message: node }];
  if (Array.isArray(node))
    return node.flatMap((inner, position) =>
      inner === null ? [] : categorise(inner, join(path, `${position + 1}`)),
    );
  return Object.entries(node).flatMap(([key, inner]) =>
    key === ENTITY
      ? texts(inner).map((message): FlatError => ({ type: 'entity', message }))
      : categorise(inner, join(path, key)),
  );
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);
const texts = (node: ErrorNode): string[] =>
  typeof node === 'string'
    ? [node]
    : Array.isArray(node)
      ? node.flatMap((inner) => (inner === null ? [] : texts(inner)))
      : [];
