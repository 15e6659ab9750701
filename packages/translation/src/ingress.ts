import type { ClusterView, IngressRecord } from '@silverback/cluster-state';
import {
  createFragment,
  routeId,
  type FragmentPart,
  type PluginReference,
  type RoutePart,
  type SniPart,
} from '@silverback/kong-configuration';
import { faultOfBackend } from './backends.ts';
import { fragmentHeader } from './fragment-header.ts';
import { isOurs } from './ingress-class.ts';
import { ingressRoutes, type IngressRoute } from './ingress-routes.ts';
import { pluginReferences } from './plugin-references.ts';
import { ProblemList } from './problem-list.ts';
import { routeSettings, type RouteSettings } from './route-annotations.ts';
import { tagsOf } from './tags.ts';
import type { Translator } from './translator.ts';

/** Ingress → routes, and the host names for which certificates of Secrets are to be shown. */
export const ingressTranslator: Translator = {
  kind: 'Ingress',
  translate(root, view, context) {
    const ingress = view.get('Ingress', root.namespace, root.name);
    if (ingress === undefined || !isOurs(ingress, view, context.ingressClass)) return undefined;
    const problems = ProblemList.ofRecord(ingress);
    const settings = routeSettings(ingress.metadata, problems);
    const routes = ingressRoutes(ingress, settings.regexPrefix, problems);
    reportBackends(ingress, routes, view, problems);
    const plugins = pluginReferences(ingress.metadata, problems);
    const tags = tagsOf('Ingress', ingress.metadata, problems);
    const parts: FragmentPart[] = [
      ...routeParts(routes, settings, tags, plugins),
      ...sniParts(ingress, view, problems),
    ];
    return createFragment({ ...fragmentHeader(root, ingress), parts, problems: problems.problems });
  },
};

/**
 * The Kong services that an Ingress sends requests to, with what the path of each Kong service depends on. None where
 * its routes are left out.
 */
export function servicesUsedBy(ingress: IngressRecord): IngressRoute[] {
  // Whoever translates the Ingress reports these problems.
  const unreported = ProblemList.ofRecord(ingress);
  const settings = routeSettings(ingress.metadata, unreported);
  return settings.unmetRestrictions.length > 0
    ? []
    : ingressRoutes(ingress, settings.regexPrefix, unreported);
}

function routeParts(
  routes: readonly IngressRoute[],
  settings: RouteSettings,
  tags: readonly string[],
  plugins: readonly PluginReference[],
): RoutePart[] {
  if (settings.unmetRestrictions.length > 0) return [];
  return routes.map((route) => {
    const hosts = hostsOf(route, settings.hostAliases);
    return {
      type: 'route',
      entity: {
        id: routeId(route.name),
        name: route.name,
        ...(hosts.length > 0 ? { hosts } : {}),
        paths: route.paths,
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
  });
}

/** The default backend stays there for every host. */
function hostsOf(route: IngressRoute, aliases: readonly string[]): string[] {
  if (route.isDefaultBackend) return [];
  return [...new Set(route.host === '' ? aliases : [route.host, ...aliases])];
}

/** A backend that is not there keeps its routes, so that no less specific route answers in their place. */
function reportBackends(
  ingress: IngressRecord,
  routes: readonly IngressRoute[],
  view: ClusterView,
  problems: ProblemList,
): void {
  const reported = new Set<string>();
  for (const route of routes) {
    if (reported.has(route.service)) continue;
    reported.add(route.service);
    const fault = faultOfBackend(ingress, route.backend, view);
    if (fault === undefined) continue;
    problems.error(fault.code, {
      field: route.isDefaultBackend ? route.field : `${route.field}.backend`,
      entity: route.service,
      message: fault.message,
      action: 'requests to it are answered with 503',
    });
  }
}

function sniParts(ingress: IngressRecord, view: ClusterView, problems: ProblemList): SniPart[] {
  const { namespace } = ingress.metadata;
  return ingress.tls.flatMap((tls) => {
    if (tls.secretName === '') return [];
    if (tls.hosts.length === 0) {
      problems.warning('TlsHostsMissing', {
        field: `${tls.field}.hosts`,
        message: 'names no host',
        action: 'the certificate is not shown for this section',
      });
      return [];
    }
    if (view.get('Secret', namespace, tls.secretName) === undefined) {
      problems.error('TlsSecretNotFound', {
        field: `${tls.field}.secretName`,
        message: `there is no Secret ${namespace}/${tls.secretName}`,
        action: 'its hosts get the default certificate of the proxy',
      });
      return [];
    }
    return tls.hosts.map((host, index) => ({
      type: 'sni',
      host,
      secret: `${namespace}/${tls.secretName}`,
      field: `${tls.field}.hosts[${index}]`,
    }));
  });
}
