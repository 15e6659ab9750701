import { compareCodeUnits } from '../code-unit-order.ts';
import type { ConsumerGroupEntity, ConsumerGroupMember, NestedConsumer, ScopedPlugin } from '../entities.ts';
import type { RootKey } from '../fragment.ts';
import type { NamedGroup } from './consumer-groups.ts';
import { consumerName, referenceTo, scopeOf, type NamedConsumer } from './consumers.ts';
import { nestCredentials, type CredentialGrants } from './credentials.ts';
import type { Findings } from './findings.ts';
import type { PersonalPlugins } from './personal-plugins.ts';
import type { PluginScopes } from './plugin-scopes.ts';

/** What takes part in every step. */
interface Means {
  readonly personal: PersonalPlugins;
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
  const { personal, scopes, owners } = means;
  const entities: ConsumerGroupEntity[] = [];
  const plugins: ScopedPlugin[] = [];
  const nameOf = new Map<RootKey, string>();
  for (const { claimant, plugins: definitions } of groups) {
    const { part, fragment } = claimant;
    const { name } = part.entity;
    const own = definitions.filter((definition) => !scopes.isForConsumers(definition));
    const asker = { fragment, entity: name, subject: `the group ${name}` };
    const instances = personal.instancesFor(own, part.plugins, { consumerGroup: name }, asker);
    if (instances === undefined) continue;
    entities.push(part.entity);
    plugins.push(...instances);
    nameOf.set(fragment.root, name);
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

function pluginsOf(
  { claimant, plugins }: NamedConsumer,
  { personal }: Means,
): readonly ScopedPlugin[] | undefined {
  if (plugins === undefined) return undefined;
  const { part, fragment } = claimant;
  const name = consumerName(part.entity);
  const asker = { fragment, entity: name, subject: `the consumer ${name}` };
  return personal
    .instancesFor(plugins, part.plugins, scopeOf(part.entity), asker)
    ?.toSorted((a, b) => compareCodeUnits(a.id, b.id));
}

function memberships(
  { claimant }: NamedConsumer,
  groups: Groups,
  findings: Findings,
): readonly ConsumerGroupMember[] {
  const { part, fragment } = claimant;
  const names = new Set<string>();
  for (const { root, field } of part.groups) {
    const name = groups.nameOf.get(root);
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
