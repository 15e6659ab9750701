import type { IngressPath, IngressRecord, ServiceBackend } from '@silverback/cluster-state';
import { kongServiceName, portText } from './backends.ts';
import { DEFAULT_REGEX_PREFIX, kongPaths } from './ingress-paths.ts';
import type { ProblemList } from './problem-list.ts';

/** One route of an Ingress: all its paths for one host that lead to the same port of the same Service. */
export interface IngressRoute {
  /** Name of the Kong route: the one that Kong's own controller gives it. */
  readonly name: string;
  /** Name of the Kong service that it leads to. */
  readonly service: string;
  readonly backend: ServiceBackend;
  /** Empty for every host. */
  readonly host: string;
  readonly paths: readonly string[];
  /** Field of the first of its paths. */
  readonly field: string;
  readonly isDefaultBackend: boolean;
}

/**
 * The routes of an Ingress, in the order of their first paths; the default backend comes last. What it has beside these
 * (paths that Kong cannot match, backends that are no Services) is reported and left out.
 *
 * @param regexPrefix - the text that marks a path as a regular expression; undefined for the usual one
 */
export function ingressRoutes(
  ingress: IngressRecord,
  regexPrefix: string | undefined,
  problems: ProblemList,
): IngressRoute[] {
  const routes = new Map<string, IngressRoute & { paths: string[] }>();
  for (const rule of ingress.rules) {
    for (const path of rule.paths) {
      const { backend, field } = path;
      const paths = pathEntries(path, regexPrefix, problems);
      if (backend === undefined) reportNoService(ingress, field, problems);
      if (backend === undefined || paths === undefined) continue;
      const name = routeName(ingress, backend, rule.host);
      const route = routes.get(name) ?? {
        name,
        service: kongServiceName(ingress.metadata.namespace, backend),
        backend,
        host: rule.host,
        paths: [],
        field,
        isDefaultBackend: false,
      };
      route.paths.push(...paths.filter((entry) => !route.paths.includes(entry)));
      routes.set(name, route);
    }
  }
  const { defaultBackend } = ingress;
  return defaultBackend === undefined
    ? [...routes.values()]
    : [...routes.values(), defaultRoute(ingress, defaultBackend)];
}

function routeName(ingress: IngressRecord, backend: ServiceBackend, host: string): string {
  const { namespace, name } = ingress.metadata;
  return `${namespace}.${name}.${backend.service}.${host.replaceAll('*', '_')}.${portText(backend.port)}`;
}

function defaultRoute(ingress: IngressRecord, backend: ServiceBackend): IngressRoute {
  const { namespace, name } = ingress.metadata;
  return {
    name: `${namespace}.${name}`,
    service: kongServiceName(namespace, backend),
    backend,
    host: '',
    paths: ['/'],
    field: 'spec.defaultBackend',
    isDefaultBackend: true,
  };
}

function pathEntries(
  path: IngressPath,
  regexPrefix: string | undefined,
  problems: ProblemList,
): string[] | undefined {
  const entries = kongPaths(path.path, path.pathType, regexPrefix ?? DEFAULT_REGEX_PREFIX);
  if (entries === undefined) {
    problems.error('IngressPathInvalid', {
      field: `${path.field}.path`,
      message: `${JSON.stringify(path.path)} does not begin with /`,
      action: 'the path is left out',
    });
  }
  return entries;
}

/** A backend that could not be read has been reported with its own field. */
function reportNoService(ingress: IngressRecord, field: string, problems: ProblemList): void {
  if (ingress.invalidFields.some((invalid) => invalid.field.startsWith(field))) return;
  problems.error('IngressBackendUnsupported', {
    field: `${field}.backend`,
    message: 'is not a Service',
    action: 'the path is left out',
  });
}
