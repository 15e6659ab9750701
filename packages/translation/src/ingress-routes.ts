import type { IngressPath, IngressRecord, ResourceBackend } from '@silverback/cluster-state';
import { facadeServiceName, kongServiceName, portText, type RouteBackend } from './backends.ts';
import { FACADE_GROUP } from './facade.ts';
import { inOnePiece } from './one-piece.ts';
import { kongPaths, type PathMatch, type PathSyntax } from './ingress-paths.ts';
import type { ProblemList } from './problem-list.ts';

/** One route of an Ingress: all its paths for one host that lead to the same port of the same Service, or facade. */
export interface IngressRoute {
  /** Name of the Kong route: the one that Kong's own controller gives it. */
  readonly name: string;
  /** Name of the Kong service that it leads to. */
  readonly service: string;
  readonly backend: RouteBackend;
  /** Empty for every host. */
  readonly host: string;
  /** Without repetitions. */
  readonly paths: readonly PathMatch[];
  /** Field of the first of its paths. */
  readonly field: string;
  readonly isDefaultBackend: boolean;
}

type RouteDraft = IngressRoute & { paths: PathMatch[] };

/**
 * The routes of an Ingress, in the order of their first paths; the default backend comes last. What it has beside these
 * (paths that Kong cannot match, backends that are no Services) is reported and left out.
 */
export function ingressRoutes(
  ingress: IngressRecord,
  syntax: PathSyntax,
  problems: ProblemList,
): IngressRoute[] {
  const routes = new Map<string, RouteDraft>();
  for (const rule of ingress.rules) {
    for (const path of rule.paths) {
      const { field } = path;
      const backend = path.backend ?? facadeOf(path.resource);
      const paths = pathMatches(path, syntax, problems);
      if (backend === undefined) reportNoService(ingress, `${field}.backend`, field, problems);
      if (backend === undefined || paths === undefined) continue;
      const name = routeName(ingress, backend, rule.host);
      const route = routes.get(name) ?? {
        name,
        service: serviceNameOf(ingress, backend),
        backend,
        host: rule.host,
        paths: [],
        field,
        isDefaultBackend: false,
      };
      route.paths.push(...paths);
      routes.set(name, route);
    }
  }
  const ruled = withoutOverlaps([...routes.values()]);
  const backend = ingress.defaultBackend ?? facadeOf(ingress.defaultResource);
  if (backend !== undefined) return [...ruled, defaultRoute(ingress, backend, syntax)];
  if (ingress.defaultResource !== undefined) reportNoService(ingress, DEFAULT, DEFAULT, problems);
  return ruled;
}

const DEFAULT = 'spec.defaultBackend';

function facadeOf(resource: ResourceBackend | undefined): RouteBackend | undefined {
  return resource?.kind === 'KongServiceFacade' && resource.apiGroup === FACADE_GROUP
    ? { facade: resource.name }
    : undefined;
}

function serviceNameOf({ metadata }: IngressRecord, backend: RouteBackend): string {
  return 'facade' in backend
    ? facadeServiceName(metadata.namespace, backend.facade)
    : kongServiceName(metadata.namespace, backend);
}

/**
 * Takes repeated paths out of each route, and out of each Prefix the very path that another rule of the host names as
 * Exact: Kubernetes gives it to the Exact one.
 */
function withoutOverlaps(routes: readonly IngressRoute[]): IngressRoute[] {
  const exact = new Set<string>();
  for (const { host, paths } of routes) {
    for (const { entry, isEndOfPrefix } of paths) if (!isEndOfPrefix) exact.add(`${host}\0${entry}`);
  }
  return routes.map((route) => {
    const taken = new Set<string>();
    const paths = route.paths.filter(({ entry, isEndOfPrefix }) => {
      if (taken.has(entry) || (isEndOfPrefix && exact.has(`${route.host}\0${entry}`))) return false;
      taken.add(entry);
      return true;
    });
    return { ...route, paths };
  });
}

function routeName(ingress: IngressRecord, backend: RouteBackend, host: string): string {
  const { namespace, name } = ingress.metadata;
  const hostText = host.replaceAll('*', '_');
  return 'facade' in backend
    ? `${namespace}.${name}.${hostText}.${backend.facade}.svc.facade`
    : inOnePiece(`${namespace}.${name}.`, backend.service, `.${hostText}.`, portText(backend.port));
}

function defaultRoute(ingress: IngressRecord, backend: RouteBackend, syntax: PathSyntax): IngressRoute {
  const { namespace, name } = ingress.metadata;
  const everything = kongPaths('/', 'Prefix', syntax);
  return {
    name: `${namespace}.${name}`,
    service: serviceNameOf(ingress, backend),
    backend,
    host: '',
    paths: typeof everything === 'string' ? [] : everything,
    field: DEFAULT,
    isDefaultBackend: true,
  };
}

function pathMatches(path: IngressPath, syntax: PathSyntax, problems: ProblemList): PathMatch[] | undefined {
  const matches = kongPaths(path.path, path.pathType, syntax);
  if (typeof matches !== 'string') return matches;
  problems.error('IngressPathInvalid', {
    field: `${path.field}.path`,
    message: `${JSON.stringify(path.path)} ${matches}`,
    action: 'the path is left out',
  });
  return undefined;
}

/** A backend that could not be read has been reported with its own field. */
function reportNoService(ingress: IngressRecord, field: string, part: string, problems: ProblemList): void {
  if (ingress.invalidFields.some((invalid) => invalid.field.startsWith(part))) return;
  problems.error('IngressBackendUnsupported', {
    field,
    message: 'is neither a Service nor a KongServiceFacade',
    action: part === DEFAULT ? 'the default backend is left out' : 'the path is left out',
  });
}
