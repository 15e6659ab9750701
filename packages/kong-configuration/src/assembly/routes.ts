import { describeResource } from '@silverback/errors';
import type { RouteEntity } from '../entities.ts';
import type { Fragment, PluginPart, RoutePart } from '../fragment.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import type { Asker, PluginReferences } from './plugin-references.ts';
import type { PluginScopes } from './plugin-scopes.ts';
import { withExpression } from './route-expression.ts';
import { RouteMatches } from './route-matches.ts';
import type { Services } from './services.ts';
import { Slots } from './slots.ts';

/** A route that is part of the configuration. */
export interface ServedRoute {
  readonly claimant: Claimant<RoutePart>;
  /** The route with the hosts and paths that are left to it. */
  readonly entity: RouteEntity;
  /** All that it asks for, those for some consumers too. */
  readonly plugins: readonly Claimant<PluginPart>[];
}

/**
 * Decides which routes are served. A route must have its name, some hosts and paths that nobody before it matches
 * equally, a service and all its plugins. What it claims it keeps even if it can't be served: a younger route does not
 * get the requests because a plugin of the older one is missing.
 *
 * @param scopes - knows what consumers and groups ask for; takes what routes do
 * @returns the routes by name of their service
 */
export function selectRoutes(
  claimants: readonly Claimant<RoutePart>[],
  services: Services,
  references: PluginReferences,
  scopes: PluginScopes,
  findings: Findings,
): ReadonlyMap<string, readonly ServedRoute[]> {
  const matches = new RouteMatches(findings);
  const served: ServedRoute[] = [];
  for (const claimant of withNames(claimants, findings)) {
    const entity = matches.claim(claimant);
    if (entity === undefined || !hasService(claimant, services, findings)) continue;
    const { part } = claimant;
    const plugins = references.resolve(part.plugins, routeAsker(claimant), (plugin) =>
      scopes.isPersonal(plugin),
    );
    if (plugins !== undefined) served.push({ claimant, entity: withExpression(part, entity), plugins });
  }
  for (const { entity, claimant, plugins } of served) {
    scopes.addRoute(entity.name, claimant.part.service, plugins);
  }
  return Map.groupBy(served, ({ claimant }) => claimant.part.service);
}

/** The routes that have their name; the default backend last, because it gets only what no rule matches. */
function withNames(
  claimants: readonly Claimant<RoutePart>[],
  findings: Findings,
): readonly Claimant<RoutePart>[] {
  const names = new Slots<RoutePart>();
  const named = claimants.filter((claimant) => {
    const { name } = claimant.part.entity;
    return hasSlot(
      claimant,
      names.claim(name, claimant),
      'RouteNameTaken',
      `the Kong route ${name}`,
      findings,
    );
  });
  const defaults = new Slots<RoutePart>();
  return [
    ...named.filter(({ part }) => !part.isDefaultBackend),
    ...named
      .filter(({ part }) => part.isDefaultBackend)
      .filter((claimant) => {
        const winner = defaults.claim('default-backend', claimant);
        return hasSlot(claimant, winner, 'DefaultBackendTaken', 'the default backend', findings);
      }),
  ];
}

function hasSlot(
  claimant: Claimant<RoutePart>,
  winner: Claimant<RoutePart>,
  code: 'RouteNameTaken' | 'DefaultBackendTaken',
  what: string,
  findings: Findings,
): boolean {
  if (winner === claimant) return true;
  reportRouteSlot(claimant, winner, code, what, findings);
  return false;
}

/** Reports that another resource has a slot of a route. */
export function reportRouteSlot(
  { part, fragment }: Claimant<RoutePart>,
  winner: Claimant<RoutePart>,
  code: 'RouteNameTaken' | 'DefaultBackendTaken',
  what: string,
  findings: Findings,
): void {
  findings.report(fragment, code, {
    field: part.field,
    entity: part.entity.name,
    message: `${describeResource(winner.fragment.resource)} already gives ${what}`,
    action: 'the route is left out',
  });
}

/** Who asks for the plugins of a route. */
export function routeAsker({ part, fragment }: Claimant<RoutePart>): Asker {
  const { name } = part.entity;
  return { fragment, entity: name, subject: `the route ${name}` };
}

function hasService(claimant: Claimant<RoutePart>, services: Services, findings: Findings): boolean {
  const { service } = claimant.part;
  if (services.served.has(service)) return true;
  reportServiceMissing(claimant, services.names.winner(service)?.fragment, findings);
  return false;
}

/**
 * Reports that the service of a route is not served. Where nobody gives it, the root of the route itself is what has to
 * change.
 *
 * @param owner - what gives the service
 */
export function reportServiceMissing(
  { part, fragment }: Claimant<RoutePart>,
  owner: Fragment | undefined,
  findings: Findings,
): void {
  findings.waitsFor(fragment, (owner ?? fragment).root);
  const by = owner === undefined ? '' : ` of ${describeResource(owner.resource)}`;
  findings.report(fragment, 'ServiceNotProgrammed', {
    field: part.field,
    entity: part.entity.name,
    message: `the Kong service ${part.service}${by} is not programmed`,
    action: 'the route is left out',
  });
}
