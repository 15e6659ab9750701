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
  /** Root → name of its group. */
  readonly nameOf: ReadonlyMap<RootKey, string>;
}

/** The groups that are served, and their plugins where no consumer asks for the same ones. */
export function serveGroups(groups: readonly NamedGroup[], means: Means): Groups {
  const { scopes, owners } = means;
  const entities: ConsumerGroupEntity[] = [];
  const plugins: ScopedPlugin[] = [];
  const nameOf = new Map<RootKey, string>();
  for (const { claimant, plugins: definitions } of groups) {
    const { part, fragment } = claimant;
    const { name } = part.entity;
    const own = definitions.filter((definition) => !scopes.isForConsumers(definition));
    const asker = groupAsker(claimant);
    const instances = instancesFor(own, part.plugins, { consumerGroup: name }, asker, means);
    if (instances === undefined) continue;
    entities.push(part.entity);
    plugins.push(...instances);
    if (!nameOf.has(fragment.root)) nameOf.set(fragment.root, name);
    owners.set(part.entity.id, fragment.root);
  }
  return { entities: entities.sort((a, b) => compareCodeUnits(a.name, b.name)), plugins, nameOf };
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
    if (plugins === undefined) continue;
    means.owners.set(part.entity.id, fragment.root);
    for (const { entity, credential } of granted) means.owners.set(entity.id, credential.fragment.root);
    entities.push({
      ...part.entity,
      ...nestCredentials(granted),
      ...(plugins.length > 0 && { plugins }),
    });
    members.push(...memberships(consumer, groups, means.findings));
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

function memberships(
  { claimant }: NamedConsumer,
  groups: Groups,
  findings: Findings,
): readonly ConsumerGroupMember[] {
  return membershipsOf(claimant, (root) => groups.nameOf.get(root), findings);
}

/**
 * The groups of which a consumer is a member. Those that are missing are reported.
 *
 * @param nameOf - the name of the group that a root gives, if it is served
 */
export function membershipsOf(
  { part, fragment }: Claimant<ConsumerPart>,
  nameOf: (root: RootKey) => string | undefined,
  findings: Findings,
): readonly ConsumerGroupMember[] {
  const names = new Set<string>();
  for (const { root, field } of part.groups) {
    const name = nameOf(root);
    if (name !== undefined) names.add(name);
    else {
      findings.report(fragment, 'ConsumerGroupNotProgrammed', {
        field,
        entity: consumerName(part.entity),
        message: `${root} is not programmed`,
        action: 'the consumer is served, but is no member of this group',
      });
    }
  }
  return [...names].map((name) => ({ consumer: referenceTo(part.entity), consumer_group: name }));
}
