import type { AssemblyResult } from './assembly-result.ts';
import { canonicalJson } from './canonical-json.ts';
import { NESTED_COLLECTIONS } from './collections.ts';
import { PayloadWriter } from './payload/payload-writer.ts';
import type { Row } from './payload/row.ts';
import type { RowChanges } from './payload/section.ts';
import type { Payload } from './payload.ts';

/**
 * Encodes a configuration as the bytes that go to Kong: canonical JSON, entity by entity, packed into segments. The
 * same configuration gives the same bytes. An empty one has one entity too: see `revisionMarker`, which ends every
 * payload, in a segment of its own.
 *
 * Everything is encoded each time; an `Assembly` encodes what has changed.
 *
 * @throws SilverbackError `ValueNotEncodable` if an entity holds what is not JSON
 */
export function encodePayload({
  configuration,
  owners,
}: Pick<AssemblyResult, 'configuration' | 'owners'>): Payload {
  const { custom_entities: custom = {}, ...known } = configuration;
  const collections: Record<string, readonly object[]> = { ...custom, ...known };
  const changes = new Map<string, RowChanges>();
  for (const [name, entities] of Object.entries(collections)) {
    const rows = entities.map((entity) => rowOf(name, entity, owners));
    changes.set(name, new Map(rows.map((row) => [row.key, row])));
  }
  const steps = new PayloadWriter().write(changes);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** What the rows of a collection are sorted by, where it is not the ID. */
const KEYS: Readonly<Record<string, (entity: Readonly<Record<string, unknown>>) => unknown>> = {
  consumer_group_consumers: (entity) => JSON.stringify(entity),
  consumer_groups: ({ name }) => name,
  routes: ({ name }) => name,
  services: ({ name }) => name,
  upstreams: ({ name }) => name,
  vaults: ({ prefix }) => prefix,
};

function rowOf(collection: string, entity: object, owners: AssemblyResult['owners']): Row {
  const fields = entity as Readonly<Record<string, unknown>>;
  const found: Found = { ids: [], entities: 0, routes: 0 };
  collect(collection, fields, found);
  const roots = found.ids.map((id) => owners.get(id) ?? '');
  const isOwned = roots.some((root) => root !== '');
  return {
    key: String(KEYS[collection]?.(fields) ?? fields['id']),
    text: canonicalJson(entity),
    contents: { ...found, roots: isOwned ? roots : [] },
  };
}

interface Found {
  readonly ids: string[];
  entities: number;
  routes: number;
}

function collect(collection: string, entity: Readonly<Record<string, unknown>>, into: Found): void {
  if (typeof entity['id'] === 'string') into.ids.push(entity['id']);
  into.entities += 1;
  if (collection === 'routes') into.routes += 1;
  for (const field of NESTED_COLLECTIONS) {
    for (const nested of (entity[field] ?? []) as Readonly<Record<string, unknown>>[]) {
      collect(field, nested, into);
    }
  }
}
