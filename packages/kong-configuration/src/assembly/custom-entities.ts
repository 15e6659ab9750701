import { describeResource } from '@silverback/errors';
import { compareCodeUnits } from '../code-unit-order.ts';
import { TOP_LEVEL_COLLECTIONS } from '../collections.ts';
import type { ConsumerEntity, CustomEntity, JsonObject } from '../entities.ts';
import type { CustomEntityPart, PluginPart, RootKey } from '../fragment.ts';
import { customEntityId, type PluginScope } from '../ids.ts';
import { referenceTo, scopeOf } from './consumers.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import type { PluginFinder } from './plugin-references.ts';
import type { PluginScopes } from './plugin-scopes.ts';
import { Slots } from './slots.ts';

/** The top-level keys that have rules of their own. */
const KNOWN: ReadonlySet<string> = new Set(['_format_version', '_transform', ...TOP_LEVEL_COLLECTIONS]);

/** One way to fill the fields that hold a reference. */
interface Filling {
  readonly fields: JsonObject;
  readonly scope: PluginScope;
}

/** What custom entities are made of beside their own parts. */
export interface CustomEntitySources {
  readonly references: PluginFinder;
  readonly scopes: Pick<PluginScopes, 'servicesOf' | 'routesOf'>;
  /** The consumers that are served and ask for a plugin. */
  readonly consumersOf: (plugin: RootKey) => readonly ConsumerEntity[];
}

/**
 * The custom entities, by their collection, sorted by ID. One with a parent is made once for each combination of what
 * the plugin is attached to, as far as it has fields for it.
 */
export function selectCustomEntities(
  claimants: readonly Claimant<CustomEntityPart>[],
  sources: CustomEntitySources,
  owners: Map<string, RootKey>,
  findings: Findings,
): Readonly<Record<string, readonly CustomEntity[]>> {
  const slots = new Slots<CustomEntityPart>();
  const made: { readonly type: string; readonly entity: CustomEntity }[] = [];
  for (const claimant of claimants) {
    const { part, fragment } = claimant;
    const type = part.entityType;
    for (const entity of entitiesOf(claimant, sources, findings)) {
      const winner = slots.claim(`${type}\0${entity.id}`, claimant);
      if (winner === claimant) {
        made.push({ type, entity });
        owners.set(entity.id, fragment.root);
        continue;
      }
      findings.report(fragment, 'CustomEntityTaken', {
        entity: entity.id,
        message: `${describeResource(winner.fragment.resource)} already gives an entity of ${type} with this ID`,
        action: 'this one is left out',
      });
    }
  }
  const sorted = made.sort(
    (a, b) => compareCodeUnits(a.type, b.type) || compareCodeUnits(a.entity.id, b.entity.id),
  );
  const byType = Map.groupBy(sorted, ({ type }) => type);
  return Object.fromEntries([...byType].map(([type, some]) => [type, some.map(({ entity }) => entity)]));
}

function entitiesOf(
  claimant: Claimant<CustomEntityPart>,
  { references, scopes, consumersOf }: CustomEntitySources,
  findings: Findings,
): readonly CustomEntity[] {
  const { part, fragment } = claimant;
  const { entityType: type, fields, parent, tags } = part;
  const complete = (filling: Filling): CustomEntity => {
    const given = parent === undefined ? fields['id'] : undefined;
    const id = typeof given === 'string' ? given : customEntityId(type, fragment.root, filling.scope);
    return { ...fields, ...filling.fields, id, ...(tags.length > 0 && { tags }) };
  };
  if (KNOWN.has(type)) {
    findings.report(fragment, 'CustomEntityTypeReserved', {
      entity: type,
      message: `entities of ${type} come from resources of their own`,
      action: 'this one is left out',
    });
    return [];
  }
  if (parent === undefined) return [complete({ fields: {}, scope: {} })];
  const asker = { fragment, entity: type, subject: `the entity of ${type}` };
  const [definition] = references.find([parent], asker) ?? [];
  if (definition === undefined) return [];
  return fillingsOf(part, definition, scopes, consumersOf).map(complete);
}

function fillingsOf(
  { foreignFields = {} }: CustomEntityPart,
  definition: Claimant<PluginPart>,
  scopes: CustomEntitySources['scopes'],
  consumersOf: CustomEntitySources['consumersOf'],
): readonly Filling[] {
  const choices = {
    services: () => scopes.servicesOf(definition).map((service) => ({ value: service, scope: { service } })),
    routes: () => scopes.routesOf(definition).map((route) => ({ value: route, scope: { route } })),
    consumers: () =>
      consumersOf(definition.part.plugin).map((consumer) => ({
        value: referenceTo(consumer),
        scope: scopeOf(consumer),
      })),
  };
  let fillings: readonly Filling[] = [{ fields: {}, scope: {} }];
  for (const [field, target] of Object.entries(foreignFields).sort()) {
    const options = choices[target]();
    if (options.length === 0) continue;
    fillings = fillings.flatMap(({ fields, scope }) =>
      options.map((option) => ({
        fields: { ...fields, [field]: option.value },
        scope: { ...scope, ...option.scope },
      })),
    );
  }
  return fillings;
}
