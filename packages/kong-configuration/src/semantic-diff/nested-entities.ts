import { NESTED_COLLECTIONS } from '../collections.ts';
import type { RootKey } from '../fragment.ts';
import type { FoundRow } from '../payload/changed-rows.ts';

/** An entity without what is nested in it. */
export interface FlatEntity {
  /** The collection that it stands in, as in `targets`. */
  readonly type: string;
  /** Its ID; its text where it has none, as a membership in a group. */
  readonly id: string;
  readonly root: RootKey | undefined;
  /** ID of the entity that it is nested in. */
  readonly parent: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

const NESTED: ReadonlySet<string> = new Set(NESTED_COLLECTIONS);

/** The entities of a row, each before what is nested in it. */
export function entitiesIn(collection: string, row: FoundRow | undefined): readonly FlatEntity[] {
  const entities: FlatEntity[] = [];
  if (row === undefined) return entities;
  const { ids, roots } = row.packed;
  const rootOf = (id: string): RootKey | undefined => {
    if (typeof roots === 'string') return roots;
    const position = ids.indexOf(id);
    return position < 0 ? undefined : roots[Math.min(position, roots.length - 1)];
  };
  const add = (type: string, entity: Readonly<Record<string, unknown>>, parent: string | undefined): void => {
    const id = typeof entity['id'] === 'string' ? entity['id'] : JSON.stringify(entity);
    const fields: Record<string, unknown> = {};
    entities.push({ type, id, root: rootOf(id), parent, fields });
    for (const [field, value] of Object.entries(entity)) {
      if (!NESTED.has(field) || !Array.isArray(value)) fields[field] = value;
      else for (const nested of value) add(field, nested as Readonly<Record<string, unknown>>, id);
    }
  };
  add(
    collection,
    JSON.parse(Buffer.from(row.bytes).toString()) as Readonly<Record<string, unknown>>,
    undefined,
  );
  return entities;
}
