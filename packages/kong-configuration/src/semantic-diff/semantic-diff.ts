import { isDeepStrictEqual } from 'node:util';
import { CREDENTIAL_COLLECTIONS } from '../collections.ts';
import type { RootKey } from '../fragment.ts';
import type { Payload } from '../payload.ts';
import { entitiesIn, type FlatEntity } from './nested-entities.ts';
import { changedRows } from '../payload/changed-rows.ts';

/**
 * What a change of an entity is about:
 *
 * - `endpoints`: where requests of an upstream go;
 * - `weights`: how many of them go where;
 * - `renewal`: another certificate or licence in place of the one before;
 * - `revocation`: somebody is no longer let in: a credential, membership, group, consumer or CA certificate went or changed;
 * - `staged`: everything else. Only this can wait: an older state of the others would be wrong, not just old.
 */
export type ChangeClass = 'endpoints' | 'weights' | 'renewal' | 'revocation' | 'staged';

/** One entity that is not the same in two payloads. */
export interface EntityChange {
  /** Kong's name of the collection that it stands in, as in `targets`. */
  readonly type: string;
  /** Its ID; its text where it has none, as a membership in a group. */
  readonly id: string;
  /** The root that it comes from. */
  readonly root?: RootKey;
  readonly change: 'added' | 'removed' | 'changed';
  readonly class: ChangeClass;
  /** Whether something went that must not be used any longer: an endpoint, or what a revocation is about. */
  readonly takesAway: boolean;
}

/**
 * Tells what leads from one payload to another, entity by entity. What both share is not looked at, so that it costs what
 * has changed; payloads of one `Assembly` share the most.
 *
 * @returns the changes, one for each step; undefined for a step that found none
 */
export function* diffPayloads(
  before: Payload,
  after: Payload,
): Generator<EntityChange | undefined, undefined, undefined> {
  const old = new Map<string, FlatEntity>();
  const now = new Map<string, FlatEntity>();
  for (const row of changedRows(before, after)) {
    yield undefined;
    if (row === undefined) continue;
    // An entity may move from one row to another, as a route that leads to another service.
    for (const entity of entitiesIn(row.collection, row.before)) old.set(keyOf(entity), entity);
    for (const entity of entitiesIn(row.collection, row.after)) now.set(keyOf(entity), entity);
  }
  for (const [key, entity] of now) {
    const other = old.get(key);
    if (other === undefined) yield added(entity);
    else if (!isSame(other, entity)) yield changed(other, entity);
    else yield undefined;
  }
  for (const [key, entity] of old) if (!now.has(key)) yield removed(entity, now);
}

function keyOf({ type, id }: Pick<FlatEntity, 'type' | 'id'>): string {
  return `${type} ${id}`;
}

function isSame(before: FlatEntity, after: FlatEntity): boolean {
  return before.parent === after.parent && isDeepStrictEqual(before.fields, after.fields);
}

/** Without these somebody is not let in any more. */
const REVOKED_BY_REMOVAL: ReadonlySet<string> = new Set([
  ...CREDENTIAL_COLLECTIONS,
  'ca_certificates',
  'consumer_group_consumers',
  'consumer_groups',
  'consumers',
]);

/** What these say decides who is let in. */
const REVOKED_BY_CHANGE: ReadonlySet<string> = new Set([...CREDENTIAL_COLLECTIONS, 'ca_certificates']);

function added(entity: FlatEntity): EntityChange {
  return changeOf(entity, 'added', entity.type === 'targets' ? 'endpoints' : 'staged', false);
}

function removed(entity: FlatEntity, now: ReadonlyMap<string, FlatEntity>): EntityChange {
  const { type, parent } = entity;
  if (REVOKED_BY_REMOVAL.has(type)) return changeOf(entity, 'removed', 'revocation', true);
  // Where the upstream went with its targets, nothing leads to them: that is another configuration.
  const isEndpoint =
    type === 'targets' && parent !== undefined && now.has(keyOf({ type: 'upstreams', id: parent }));
  return changeOf(entity, 'removed', isEndpoint ? 'endpoints' : 'staged', isEndpoint);
}

function changed(before: FlatEntity, entity: FlatEntity): EntityChange {
  const { type } = entity;
  if (REVOKED_BY_CHANGE.has(type)) return changeOf(entity, 'changed', 'revocation', true);
  const fields = changedFields(before.fields, entity.fields);
  if (type === 'targets' && isWithin(fields, ['weight'])) {
    return changeOf(entity, 'changed', 'weights', entity.fields['weight'] === 0);
  }
  const isRenewal =
    (type === 'certificates' && isWithin(fields, ['cert', 'key', 'tags'])) || type === 'licenses';
  return changeOf(entity, 'changed', isRenewal ? 'renewal' : 'staged', false);
}

function changedFields(before: FlatEntity['fields'], after: FlatEntity['fields']): readonly string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].filter((field) => !isDeepStrictEqual(before[field], after[field]));
}

function isWithin(fields: readonly string[], some: readonly string[]): boolean {
  return fields.every((field) => some.includes(field));
}

function changeOf(
  { type, id, root }: FlatEntity,
  change: EntityChange['change'],
  changeClass: ChangeClass,
  takesAway: boolean,
): EntityChange {
  return { type, id, ...(root && { root }), change, class: changeClass, takesAway };
}
