import { compareCodeUnits } from '../code-unit-order.ts';
import type { ConsumerGroupEntity, ConsumerGroupMember, NestedConsumer, ScopedPlugin } from '../entities.ts';
import type { ConsumerPart, PluginPart, PluginReference, RootKey } from '../fragment.ts';
import type { PluginScope } from '../ids.ts';
import { groupAsker, type NamedGroup } from './consumer-groups.ts';
import { consumerAsker, consumerName, referenceTo, scopeOf, type NamedConsumer } from './consumers.ts';
import { nestCredentials, type CredentialGrants } from './credentials.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import { placesOf } from './personal-plugins.ts';
import type { PluginInstances } from './plugin-instances.ts';
import type { Asker } from './plugin-references.ts';
import type { PluginScopes } from './plugin-scopes.ts';

/** What takes part in every step. */
interface Means {
  readonly instances: PluginInstances;
  readonly scopes: PluginScopes;
  readonly owners: Map<string, RootKey>;
  readonly findings: Findings;
}

/** The groups of a configuration. */
export interface Groups {
  /** Sorted by name. */
  readonly entities: readonly ConsumerGroupEntity[];
  readonly plugins: readonly ScopedPlugin[];
  /** By root. */
  readonly byRoot: GroupsByRoot;
}

/** What consumers have to know of groups, by the roots that give these. */
export interface GroupsByRoot {
  /** Name of a group, if it is served. */
  readonly nameOf: (root: RootKey) => string | undefined;
  /** The plugins of a group that is not served because of them. */
  readonly heldBackBy: (root: RootKey) => readonly PluginReference[] | undefined;
}

/** The groups that are served, and their plugins where no consumer asks for the same ones. */
export function serveGroups(groups: readonly NamedGroup[], means: Means): Groups {
  const { scopes, owners } = means;
  const entities: ConsumerGroupEntity[] = [];
  const plugins: ScopedPlugin[] = [];
  const nameOf = new Map<RootKey, string>();
  const heldBackBy = new Map<RootKey, readonly PluginReference[]>();
  for (const { claimant, plugins: definitions } of groups) {
    const { part, fragment } = claimant;
    const { name } = part.entity;
    const own = definitions?.filter((definition) => !scopes.isForConsumers(definition));
    const asker = groupAsker(claimant);
    const instances = own && instancesFor(own, part.plugins, { consumerGroup: name }, asker, means);
    if (instances === undefined) {
      if (!heldBackBy.has(fragment.root)) heldBackBy.set(fragment.root, part.plugins);
      continue;
    }
    entities.push(part.entity);
    plugins.push(...instances);
    if (!nameOf.has(fragment.root)) nameOf.set(fragment.root, name);
    owners.set(part.entity.id, fragment.root);
  }
  return {
    entities: entities.sort((a, b) => compareCodeUnits(a.name, b.name)),
    plugins,
    byRoot: { nameOf: (root) => nameOf.get(root), heldBackBy: (root) => heldBackBy.get(root) },
  };
}

/** The consumers of a configuration. */
export interface Consumers {
  /** Sorted by ID. */
  readonly entities: readonly NestedConsumer[];
  /** Sorted. */
  readonly members: readonly ConsumerGroupMember[];
  /** Root of a plugin → the consumers that ask for it, in the order of precedence. */
  readonly byPlugin: ReadonlyMap<RootKey, readonly NestedConsumer[]>;
}

/** The consumers that are served, with all that is nested in them. */
export function serveConsumers(
  consumers: readonly NamedConsumer[],
  groups: Groups,
  grants: CredentialGrants,
  means: Means,
): Consumers {
  const entities: NestedConsumer[] = [];
  const members: ConsumerGroupMember[] = [];
  const byPlugin = new Map<RootKey, NestedConsumer[]>();
  for (const consumer of consumers) {
    const { part, fragment } = consumer.claimant;
    const granted = grants.grant(consumer.claimant);
    const plugins = pluginsOf(consumer, means);
    const memberships = plugins && membershipsOf(consumer.claimant, groups.byRoot, means.findings);
    if (plugins === undefined || memberships === undefined) continue;
    means.owners.set(part.entity.id, fragment.root);
    for (const { entity, credential } of granted) means.owners.set(entity.id, credential.fragment.root);
    entities.push({
      ...part.entity,
      ...nestCredentials(granted),
      ...(plugins.length > 0 && { plugins }),
    });
    members.push(...memberships);
    for (const {
      part: { plugin },
    } of consumer.plugins ?? []) {
      byPlugin.set(plugin, [...(byPlugin.get(plugin) ?? []), part.entity]);
    }
  }
  return {
    entities: entities.sort((a, b) => compareCodeUnits(a.id, b.id)),
    members: members.sort((a, b) => compareCodeUnits(JSON.stringify(a), JSON.stringify(b))),
    byPlugin,
  };
}

function pluginsOf({ claimant, plugins }: NamedConsumer, means: Means): readonly ScopedPlugin[] | undefined {
  if (plugins === undefined) return undefined;
  const { part } = claimant;
  const asker = consumerAsker(claimant);
  return instancesFor(plugins, part.plugins, scopeOf(part.entity), asker, means)?.toSorted((a, b) =>
    compareCodeUnits(a.id, b.id),
  );
}

/** @returns undefined if two of one type meet in one place */
function instancesFor(
  definitions: readonly Claimant<PluginPart>[],
  references: readonly PluginReference[],
  own: PluginScope,
  asker: Asker,
  { scopes, instances, findings }: Means,
): readonly ScopedPlugin[] | undefined {
  const targetsOf = (definition: Claimant<PluginPart>) => scopes.targetsOf(definition);
  const places = placesOf(definitions, targetsOf, references, asker, findings);
  return places?.flatMap(({ definition, target }) => instances.create([definition], { ...target, ...own }));
}

/**
 * The groups of which a consumer is a member. Those that are missing are reported.
 *
 * @returns undefined if one is not served because of its plugins: without them the consumer would have more rights than is
 *   written
 */
export function membershipsOf(
  { part, fragment }: Claimant<ConsumerPart>,
  { nameOf, heldBackBy }: GroupsByRoot,
  findings: Findings,
): readonly ConsumerGroupMember[] | undefined {
  const names = new Set<string>();
  let isLeftOut = false;
  for (const { root, field } of part.groups) {
    const name = nameOf(root);
    if (name !== undefined) {
      names.add(name);
      continue;
    }
    const missing = heldBackBy(root);
    isLeftOut ||= missing !== undefined;
    for (const { plugin } of missing ?? []) findings.waitsFor(fragment, plugin);
    findings.report(fragment, 'ConsumerGroupNotProgrammed', {
      field,
      entity: consumerName(part.entity),
      message: `${root} is not programmed`,
      action: missing
        ? 'the consumer is left out rather than served without the plugins of this group'
        : 'the consumer is served, but is no member of this group',
    });
  }
  if (isLeftOut) return undefined;
  return [...names].map((name) => ({ consumer: referenceTo(part.entity), consumer_group: name }));
}
