import { nestCredentials } from '../assembly/credentials.ts';
import { nestedRoute, nestedService, withSortedTargets } from '../assembly/nesting.ts';
import { pluginEntity, type PluginInstance } from '../assembly/plugin-instances.ts';
import { withExpression } from '../assembly/route-expression.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { ConsumerGroupMember, NestedRoute, ScopedPlugin } from '../entities.ts';
import type { RootKey } from '../fragment.ts';
import type { Row, RowContents } from '../payload/row.ts';
import type { ConsumerState } from './consumer-book.ts';
import type { GroupState } from './group-book.ts';
import type { RouteState } from './route-book.ts';
import type { ServiceState } from './service-book.ts';

/** The instances of a service or route and of what is nested in it. */
export type InstancesBy<Subject> = ReadonlyMap<Subject, readonly PluginInstance[]>;

type NameOf = (instance: PluginInstance) => string | undefined;

const NONE: readonly PluginInstance[] = [];

/** Collects IDs with their roots. */
class Contents {
  readonly ids: string[] = [];
  readonly roots: RootKey[] = [];
  routes = 0;

  add(id: string, root: RootKey): void {
    this.ids.push(id);
    this.roots.push(root);
  }

  addPlugins(instances: readonly PluginInstance[]): void {
    for (const { id, definition } of instances) this.add(id, definition.fragment.root);
  }

  toRow(): RowContents {
    const { ids, roots, routes } = this;
    // Copies have no room for more, which lists that grew have: there are many rows.
    return { ids: ids.slice(), roots: roots.slice(), routes, entities: ids.length };
  }
}

/**
 * A service with its routes.
 *
 * @param routes - sorted by name
 */
export function serviceRow(
  service: ServiceState,
  routes: readonly RouteState[],
  instances: InstancesBy<ServiceState | RouteState>,
  nameOf: NameOf,
): Row | undefined {
  const { entity, claimant } = service;
  if (entity === undefined) return undefined;
  const contents = new Contents();
  const plugins = instances.get(service) ?? NONE;
  contents.add(entity.id, claimant.fragment.root);
  contents.addPlugins(plugins);
  const nested: NestedRoute[] = [];
  for (const route of routes) {
    const { kept, claimant: asking } = route;
    if (kept === undefined) continue;
    const own = instances.get(route) ?? NONE;
    nested.push(nestedRoute(withExpression(asking.part, kept), entitiesOf(own, nameOf)));
    contents.add(kept.id, asking.fragment.root);
    contents.addPlugins(own);
    contents.routes += 1;
  }
  const text = canonicalJson(nestedService(entity, entitiesOf(plugins, nameOf), nested));
  return { key: entity.name, text, contents: contents.toRow() };
}

/** The upstream of a service. */
export function upstreamRow({ claimant }: ServiceState): Row | undefined {
  if (claimant.part.upstream === undefined) return undefined;
  const upstream = withSortedTargets(claimant.part.upstream);
  const ids = [upstream.id].concat((upstream.targets ?? []).map(({ id }) => id));
  const contents = { ids, roots: [claimant.fragment.root], entities: ids.length, routes: 0 };
  return { key: upstream.name, text: canonicalJson(upstream), contents };
}

/** A consumer with its credentials and plugins. */
export function consumerRow({ claimant, grants, instances }: ConsumerState, nameOf: NameOf): Row | undefined {
  if (instances === undefined) return undefined;
  const { entity } = claimant.part;
  const contents = new Contents();
  contents.add(entity.id, claimant.fragment.root);
  const nested = nestCredentials(grants);
  const rootOf = new Map(
    grants.map(({ entity: credential, credential: { fragment } }) => [credential.id, fragment.root]),
  );
  for (const credentials of Object.values(nested)) {
    for (const { id } of credentials) contents.add(id, rootOf.get(id) ?? claimant.fragment.root);
  }
  contents.addPlugins(instances);
  const plugins = entitiesOf(instances, nameOf);
  const text = canonicalJson({ ...entity, ...nested, ...(plugins.length > 0 && { plugins }) });
  return { key: entity.id, text, contents: contents.toRow() };
}

/** A group of consumers. */
export function groupRow({ claimant, name }: GroupState): Row {
  return plainRow(name, claimant.part.entity, [claimant.part.entity.id], [claimant.fragment.root]);
}

/** That a consumer is a member of a group: an entity without an ID. */
export function memberRow(member: ConsumerGroupMember): Row {
  return { ...plainRow(memberKey(member), member, [], []), contents: MEMBER };
}

const MEMBER: RowContents = { ids: [], roots: [], entities: 1, routes: 0 };

/** What the members of groups are sorted by. */
export function memberKey(member: ConsumerGroupMember): string {
  return JSON.stringify(member);
}

/** A plugin that is nested nowhere. */
export function pluginRow(instance: PluginInstance, nameOf: NameOf): Row {
  const { id, definition } = instance;
  return plainRow(id, pluginEntity(instance, nameOf(instance)), [id], [definition.fragment.root]);
}

/** An entity without routes in it. */
export function plainRow(
  key: string,
  entity: object,
  ids: readonly string[],
  roots: readonly RootKey[],
): Row {
  return { key, text: canonicalJson(entity), contents: { ids, roots, entities: ids.length, routes: 0 } };
}

function entitiesOf(instances: readonly PluginInstance[], nameOf: NameOf): readonly ScopedPlugin[] {
  return instances.length === 0 ? [] : instances.map((instance) => pluginEntity(instance, nameOf(instance)));
}
