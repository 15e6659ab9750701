import {
  routeId,
  type FacetAnswer,
  type PluginReference,
  type RouteExpression,
  type RoutePart,
} from '@silverback/kong-configuration';
import {
  DEFAULT_BACKEND_PRIORITY,
  headerTerm,
  hostTerm,
  ingressPriority,
  methodTerm,
  sniTerm,
  sniTermOfHttps,
} from './expressions.ts';
import type { PathMatch } from './ingress-paths.ts';
import type { IngressRoute } from './ingress-routes.ts';
import type { RouteSettings } from './route-annotations.ts';
import type { RouteFields } from './route-settings.ts';

/** What all routes of an Ingress share. */
export interface SharedByRoutes {
  readonly settings: RouteSettings;
  readonly tags: readonly string[];
  readonly plugins: readonly PluginReference[];
}

export type RouterFlavor = FacetAnswer<'router'>;

/** The Kong routes for one route of an Ingress. */
export function routeParts(route: IngressRoute, shared: SharedByRoutes, flavor: RouterFlavor): RoutePart[] {
  if (flavor === 'traditional') return [routePart(route, route.name, route.paths, shared)];
  return groupsOfEqualRank(route.paths).map((paths, index) => {
    const name = index === 0 ? route.name : `${route.name}~${rankText(paths)}`;
    const part = routePart(route, name, paths, shared);
    return { ...part, expression: expressionOf(part, paths, shared.settings.fields) };
  });
}

function routePart(
  route: IngressRoute,
  name: string,
  paths: readonly PathMatch[],
  { settings, tags, plugins }: SharedByRoutes,
): RoutePart {
  const hosts = hostsOf(route, settings.hostAliases);
  return {
    type: 'route',
    entity: {
      id: routeId(name),
      name,
      ...(hosts.length > 0 ? { hosts } : {}),
      paths: paths.map(({ entry }) => entry),
      strip_path: false,
      preserve_host: true,
      ...settings.fields,
      tags,
    },
    service: route.service,
    plugins,
    field: route.field,
    isDefaultBackend: route.isDefaultBackend,
  };
}

/** The default backend stays there for every host. */
function hostsOf(route: IngressRoute, aliases: readonly string[]): string[] {
  if (route.isDefaultBackend) return [];
  return [...new Set(route.host === '' ? aliases : [route.host, ...aliases])];
}

/**
 * An expression has one priority, so only paths of equal rank can share it: else `/` would go before a longer path of
 * another Service, only because it stands beside one that is longer still. The highest rank comes first.
 */
function groupsOfEqualRank(paths: readonly PathMatch[]): PathMatch[][] {
  const groups = [...Map.groupBy(paths, (path) => rankText([path])).values()];
  return groups.sort(([a], [b]) => {
    if (a === undefined || b === undefined) return 0;
    return Number(b.isRegex) - Number(a.isRegex) || b.length - a.length;
  });
}

function rankText([path]: readonly PathMatch[]): string {
  return path === undefined ? '' : `${path.length}${path.isRegex ? 'x' : ''}`;
}

function expressionOf(part: RoutePart, paths: readonly PathMatch[], fields: RouteFields): RouteExpression {
  const { hosts = [] } = part.entity;
  const conditions = conditionsOf(fields);
  const [first] = paths;
  const isRegex = first?.isRegex ?? false;
  const rank = {
    matchedFields: 1 + (hosts.length > 0 ? 1 : 0) + matchedFields(fields),
    headers: Object.keys(fields.headers ?? {}).length,
    hasPlainHostsOnly: hosts.length > 0 && !hosts.some((host) => host.includes('*')),
    regexPriority: isRegex ? (fields.regex_priority ?? 0) : 0,
    isRegex,
    pathLength: first?.length ?? 0,
  };
  return {
    hosts: hosts.map(hostTerm),
    paths: paths.map(({ term }) => term),
    conditions,
    priority: part.isDefaultBackend ? DEFAULT_BACKEND_PRIORITY : ingressPriority(rank),
  };
}

function matchedFields({ headers, methods, snis }: RouteFields): number {
  return [headers, methods, snis].filter((field) => field !== undefined).length;
}

function conditionsOf({ headers = {}, methods, protocols = [], snis }: RouteFields): string[] {
  const isHttpsOnly = protocols.length === 1 && protocols[0] === 'https';
  const serverName = isHttpsOnly ? sniTermOfHttps : sniTerm;
  const byName = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...byName.map(([name, values]) => headerTerm(name, values)),
    ...(methods === undefined ? [] : [methodTerm(methods)]),
    ...(snis === undefined ? [] : [serverName(snis)]),
  ];
}
