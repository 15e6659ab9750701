import { describeResource } from '@silverback/errors';
import type { JsonValue } from '@silverback/kong-configuration';
import type { Provenance } from '@silverback/translation';

/** One entity of a configuration, and where it comes from. */
export interface ExplainedEntity {
  /** Kong's name of the collection, as in `routes`. */
  readonly type: string;
  readonly id: string;
  /** What people know the entity by: its name, or what it has in place of one. */
  readonly name?: string;
  /** As in `Ingress/shop/cart`; absent for what Silverback adds on its own. */
  readonly resource?: string;
  /** File and line, as in `shop/cart.yaml:12`. */
  readonly location?: string;
  readonly field?: string;
  /** The resources that were read to make it. */
  readonly reads?: readonly string[];
}

/** Fields that take the place of a name where an entity has none, in this order. None of them is secret. */
const NAMES = ['name', 'username', 'target', 'prefix', 'group'] as const;

/** Every entity of a declarative configuration in the order of the text, nested ones after their parents, with its origin. */
export function explain(configuration: JsonValue, provenance: Provenance): readonly ExplainedEntity[] {
  return entitiesIn(configuration).map(({ type, id, fields }) => {
    const name = NAMES.map((field) => fields[field]).find((value) => typeof value === 'string');
    const origin = provenance.of(id);
    return {
      type,
      id,
      ...(name !== undefined && { name }),
      ...(origin && {
        resource: describeResource(origin.resource),
        ...(origin.location && { location: `${origin.location.file}:${origin.location.line}` }),
        ...(origin.field !== undefined && { field: origin.field }),
        reads: origin.reads,
      }),
    };
  });
}

interface Entity {
  readonly type: string;
  readonly id: string;
  readonly fields: Readonly<Record<string, JsonValue>>;
}

/** Entities stand in lists that have the name of their collection; nothing else in such a list has an ID. */
function entitiesIn(value: JsonValue): readonly Entity[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([type, list]) => (isList(list) ? entitiesOf(type, list) : []));
}

function entitiesOf(type: string, list: readonly JsonValue[]): readonly Entity[] {
  return list.flatMap((fields) => {
    if (!isObject(fields) || typeof fields['id'] !== 'string') return [];
    return [{ type, id: fields['id'], fields }, ...entitiesIn(fields)];
  });
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
