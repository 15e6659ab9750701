import type { AssemblyResult } from '../assembly-result.ts';
import { compareCodeUnits } from '../code-unit-order.ts';
import type {
  KongConfiguration,
  NestedRoute,
  NestedService,
  PluginEntity,
  UpstreamEntity,
} from '../entities.ts';
import type { Fragment, PluginPart, RootKey } from '../fragment.ts';
import type { PluginScope } from '../ids.ts';
import { serveConsumers, serveGroups } from './accounts.ts';
import { selectAuthorities } from './authorities.ts';
import { nestedRoute, nestedService, withSortedTargets } from './nesting.ts';
import { certificatesBySecret, selectCertificates } from './certificates.ts';
import { selectGroups } from './consumer-groups.ts';
import { selectConsumers } from './consumers.ts';
import { CredentialGrants } from './credentials.ts';
import { selectCustomEntities } from './custom-entities.ts';
import { selectGlobalPlugins, selectLicense, selectVaults } from './extensions.ts';
import { Findings } from './findings.ts';
import { orderedParts, orderFragments, type Claimant } from './ordered-parts.ts';
import { PluginInstances } from './plugin-instances.ts';
import { PluginReferences } from './plugin-references.ts';
import { PluginScopes } from './plugin-scopes.ts';
import { guardRoutes } from './route-expression.ts';
import { selectRoutes, type ServedRoute } from './routes.ts';
import { selectServices, type ServedService } from './services.ts';

/**
 * Puts fragments together to one consistent configuration: names and IDs are unique, and every reference leads
 * somewhere. Where two parts claim the same slot the first by precedence wins and the other one gets a problem. A
 * route or service that lacks a plugin is left out, never served without it. The order in which the fragments come
 * makes no difference.
 *
 * It works through all fragments each time: about a second for 20,000 routes.
 *
 * @param fragments - one for each root, or several that bid against each other
 * @returns the configuration with every array sorted, and what was left out and why. The problems of the fragments
 *   themselves are not repeated.
 */
export function assemble(fragments: Iterable<Fragment>): AssemblyResult {
  const ordered = orderFragments(fragments);
  const parts = orderedParts(ordered);
  const findings = new Findings();
  const owners = new Map<string, RootKey>();
  const scopes = new PluginScopes();
  const references = new PluginReferences(parts.plugin, ordered, findings);
  const instances = new PluginInstances(owners);
  const bySecret = certificatesBySecret(parts.certificate, findings);
  const authorities = selectAuthorities(parts['ca-certificate'], owners, findings);
  const named = selectConsumers(parts.consumer, references, scopes, findings);
  const namedGroups = selectGroups(parts['consumer-group'], references, scopes, findings);
  const services = selectServices(parts.service, references, scopes, { bySecret, authorities }, findings);
  const routes = selectRoutes(parts.route, services, references, scopes, findings);
  const served = [...services.served.values()];
  const guards = guardRoutes([...routes.values()].flatMap((some) => some.map(({ entity }) => entity)));
  const nested = nestServices(served, routes, { instances, scopes, owners });
  const means = { instances, scopes, owners, findings };
  const groups = serveGroups(namedGroups, means);
  const authorityIds = new Set(authorities.entities.map(({ id }) => id));
  const grants = new CredentialGrants(parts.credential, authorityIds, findings);
  const consumers = serveConsumers(named, groups, grants, means);
  const plugins = [
    ...instances.create(selectGlobalPlugins(parts['global-plugin'], references, findings), {}),
    ...groups.plugins,
  ].sort((a, b) => compareCodeUnits(a.id, b.id));
  const custom = selectCustomEntities(
    parts['custom-entity'],
    { references, scopes, consumersOf: (plugin) => consumers.byPlugin.get(plugin) ?? [] },
    owners,
    findings,
  );
  const licenses = selectLicense(parts.license, owners, findings);
  const vaults = selectVaults(parts.vault, owners, findings);
  const certificates = selectCertificates(
    parts.sni,
    bySecret,
    served.flatMap(({ entity }) => entity.client_certificate ?? []),
    owners,
    findings,
  );
  instances.assignNames();
  references.reportDefinitions();
  const configuration: KongConfiguration = {
    ...(authorities.entities.length > 0 && { ca_certificates: authorities.entities }),
    certificates,
    ...(consumers.members.length > 0 && { consumer_group_consumers: consumers.members }),
    ...(groups.entities.length > 0 && { consumer_groups: groups.entities }),
    ...(consumers.entities.length > 0 && { consumers: consumers.entities }),
    ...(Object.keys(custom).length > 0 && { custom_entities: custom }),
    ...(licenses.length > 0 && { licenses }),
    ...(plugins.length > 0 && { plugins }),
    ...(guards.length > 0 && { routes: guards }),
    services: nested,
    upstreams: upstreamsOf(served, owners),
    ...(vaults.length > 0 && { vaults }),
  };
  return { configuration, problems: findings.problems, owners, unresolved: findings.unresolved };
}

/** What the nesting of plugins needs. */
interface NestingMeans {
  readonly instances: PluginInstances;
  readonly scopes: PluginScopes;
  readonly owners: Map<string, RootKey>;
}

function nestServices(
  services: readonly ServedService[],
  routes: ReadonlyMap<string, readonly ServedRoute[]>,
  means: NestingMeans,
): readonly NestedService[] {
  const sorted = services.toSorted((a, b) => byName(a.claimant.part.entity, b.claimant.part.entity));
  return sorted.map((service) => {
    const { entity, claimant } = service;
    const { fragment } = claimant;
    means.owners.set(entity.id, fragment.root);
    const plugins = ownInstances(service.plugins, { service: entity.name }, means);
    const nested = nestRoutes(routes.get(entity.name) ?? [], means);
    return nestedService(entity, plugins, nested);
  });
}

function nestRoutes(routes: readonly ServedRoute[], means: NestingMeans): readonly NestedRoute[] {
  const sorted = routes.toSorted((a, b) => byName(a.entity, b.entity));
  return sorted.map(({ claimant, entity, plugins: definitions }) => {
    means.owners.set(entity.id, claimant.fragment.root);
    const plugins = ownInstances(definitions, { route: entity.name }, means);
    return nestedRoute(entity, plugins);
  });
}

/** The plugins that stand for all requests of a service or route. */
function ownInstances(
  definitions: readonly Claimant<PluginPart>[],
  scope: PluginScope,
  { instances, scopes }: NestingMeans,
): readonly PluginEntity[] {
  return instances.create(
    definitions.filter((definition) => !scopes.isPersonal(definition)),
    scope,
  );
}

/** The upstreams of the services, each once, with their targets sorted. */
function upstreamsOf(
  services: readonly ServedService[],
  owners: Map<string, RootKey>,
): readonly UpstreamEntity[] {
  const upstreams = new Map<string, UpstreamEntity>();
  for (const { claimant } of services) {
    if (claimant.part.upstream === undefined) continue;
    const upstream = withSortedTargets(claimant.part.upstream);
    if (upstreams.has(upstream.name)) continue;
    upstreams.set(upstream.name, upstream);
    for (const { id } of [upstream, ...(upstream.targets ?? [])]) owners.set(id, claimant.fragment.root);
  }
  return [...upstreams.values()].sort(byName);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareCodeUnits(a.name, b.name);
}
