import type { NestedRoute, RouteEntity } from '../entities.ts';
import type { RouteExpression, RoutePart } from '../fragment.ts';
import { routeId } from '../ids.ts';

/** The fields that say what a route matches in the other flavours. */
const MATCHING: ReadonlySet<string> = new Set([
  'hosts',
  'paths',
  'methods',
  'headers',
  'snis',
  'destinations',
  'regex_priority',
  'path_handling',
]);

/**
 * A route as it is written for the expressions flavour: what it matches stands in its expression alone.
 *
 * @param kept - the entity with the hosts and paths that are left to it
 */
export function withExpression({ entity, expression }: RoutePart, kept: RouteEntity): RouteEntity {
  if (expression === undefined) return kept;
  const rest = Object.fromEntries(Object.entries(kept).filter(([field]) => !MATCHING.has(field)));
  const groups = [
    keptTerms(entity.hosts, kept.hosts, expression.hosts),
    keptTerms(entity.paths, kept.paths, expression.paths),
    ...expression.conditions.map((condition) => [condition]),
  ].filter((terms) => terms.length > 0);
  const { id, name } = kept;
  return { ...rest, id, name, expression: allOf(groups.map(alternatives)), priority: expression.priority };
}

function keptTerms(
  claimed: readonly string[] | undefined,
  kept: readonly string[] = [],
  terms: RouteExpression['hosts'],
): readonly string[] {
  const left = new Set(kept);
  return terms.filter((_, position) => left.has(claimed?.[position] ?? ''));
}

function alternatives(terms: readonly string[]): string {
  const [only = '', ...others] = terms;
  return others.length === 0 ? only : terms.map((term) => `(${term})`).join(' || ');
}

/** Kong's parser reads `a && b || c` as `a && (b || c)`, so each part stands in parentheses. */
function allOf(conditions: readonly string[]): string {
  const [only = '', ...others] = conditions;
  return others.length === 0 ? only : conditions.map((condition) => `(${condition})`).join(' && ');
}

const GUARD = 'silverback.guard';

/**
 * A route that matches nothing. Kong's router remembers what it decided by the fields that any route names: without a
 * route that names the port, it answers requests over TLS with what it found for the same request in clear text.
 */
const GUARD_ROUTE: NestedRoute = {
  id: routeId(GUARD),
  name: GUARD,
  protocols: ['http', 'https'],
  expression: '(net.dst.port == 0) && (http.path == "/silverback.guard")',
  priority: 0,
};

/** Routes that lead to no service: the guard, where there are expressions for HTTP. */
export function guardRoutes(routes: Iterable<RouteEntity>): readonly NestedRoute[] {
  for (const route of routes) if (needsGuard(route)) return [GUARD_ROUTE];
  return [];
}

/** Whether a route is an expression for HTTP, so that there has to be a guard. */
export function needsGuard({
  expression,
  protocols = [],
}: {
  readonly expression?: unknown;
  readonly protocols?: readonly string[];
}): boolean {
  return expression !== undefined && !protocols.some((protocol) => STREAM.has(protocol));
}

const STREAM: ReadonlySet<string> = new Set(['tcp', 'tls', 'tls_passthrough', 'udp']);
