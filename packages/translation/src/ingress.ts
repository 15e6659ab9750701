import type { ClusterView, IngressRecord } from '@silverback/cluster-state';
import {
  createFragment,
  type FragmentPart,
  type PluginPart,
  type PluginReference,
} from '@silverback/kong-configuration';
import { annotationField } from './annotations.ts';
import { faultOfBackend } from './backends.ts';
import { classSettings } from './class-parameters.ts';
import { faultOfFacade } from './facade.ts';
import { fragmentHeader } from './fragment-header.ts';
import { reportReplacedFunctions } from './function-plugins.ts';
import { isOurs } from './ingress-class.ts';
import { DEFAULT_REGEX_PREFIX } from './ingress-paths.ts';
import { ingressRoutes, type IngressRoute } from './ingress-routes.ts';
import { pluginReferences } from './plugin-references.ts';
import { ProblemList } from './problem-list.ts';
import { REWRITE } from './route-annotation-table.ts';
import { routeSettings, type RouteSettings } from './route-annotations.ts';
import { reportFlavor } from './route-flavor.ts';
import { routeParts } from './route-parts.ts';
import { tagsOf } from './tags.ts';
import { sniParts } from './tls-sections.ts';
import type { Root, Translator } from './translator.ts';

/** Ingress → routes, and the host names for which certificates of Secrets are to be shown. */
export const ingressTranslator: Translator = {
  kind: 'Ingress',
  translate(root, view, context) {
    const { ingressClass } = context;
    const ingress = view.get('Ingress', root.namespace, root.name);
    if (ingress === undefined || !isOurs(ingress, view, ingressClass)) return undefined;
    const problems = ProblemList.ofRecord(ingress);
    const { settings, routes } = routesOf(ingress, view, ingressClass, problems);
    reportBackends(ingress, routes, view, ingressClass, problems);
    const tags = tagsOf('Ingress', ingress.metadata, problems);
    const rewrite = settings.rewrite === undefined ? [] : [rewritePlugin(root, settings.rewrite, tags)];
    const asked = pluginReferences(ingress, view, context, problems);
    const plugins = rewrite.length === 0 ? asked : [...asked, ...rewrite.map(referenceToOwn)];
    const parts: FragmentPart[] = sniParts(ingress, view, problems);
    if (settings.unmetRestrictions.length === 0 && routes.length > 0) {
      const flavor = view.facet('router');
      reportFlavor(flavor, settings, routes, problems);
      reportReplacedFunctions(ingress.metadata, asked, servicesOf(routes), view, problems);
      const shared = { settings, tags, plugins };
      parts.unshift(...routes.flatMap((route) => routeParts(route, shared, flavor)), ...rewrite);
    }
    return createFragment({ ...fragmentHeader(root, ingress), parts, problems: problems.problems });
  },
};

/**
 * The Kong services that an Ingress sends requests to, with what the path of each Kong service depends on. None where
 * its routes are left out.
 */
export function servicesUsedBy(
  ingress: IngressRecord,
  view: ClusterView,
  ingressClass: string,
): IngressRoute[] {
  // Whoever translates the Ingress reports these problems.
  const unreported = ProblemList.ofRecord(ingress);
  const { settings, routes } = routesOf(ingress, view, ingressClass, unreported);
  return settings.unmetRestrictions.length > 0 ? [] : routes;
}

function routesOf(
  ingress: IngressRecord,
  view: ClusterView,
  ingressClass: string,
  problems: ProblemList,
): { readonly settings: RouteSettings; readonly routes: IngressRoute[] } {
  const settings = routeSettings(ingress.metadata, problems);
  const { detectsRegex } = classSettings(view, ingressClass);
  const syntax = { regexPrefix: settings.regexPrefix ?? DEFAULT_REGEX_PREFIX, detectsRegex };
  return { settings, routes: ingressRoutes(ingress, syntax, problems) };
}

function servicesOf(routes: readonly IngressRoute[]): string[] {
  return routes.flatMap(({ backend }) => ('facade' in backend ? [] : backend.service));
}

/** The plugin that rewrites the path, defined by the Ingress itself. */
function rewritePlugin(root: Root, uri: string, tags: readonly string[]): PluginPart {
  return {
    type: 'plugin',
    plugin: root.key,
    definition: { name: 'request-transformer', config: { replace: { uri } }, tags },
  };
}

function referenceToOwn({ plugin }: PluginPart): PluginReference {
  return { plugin, field: annotationField(REWRITE) };
}

/** A backend that is not there keeps its routes, so that no less specific route answers in their place. */
function reportBackends(
  ingress: IngressRecord,
  routes: readonly IngressRoute[],
  view: ClusterView,
  ingressClass: string,
  problems: ProblemList,
): void {
  const { namespace } = ingress.metadata;
  const reported = new Set<string>();
  for (const route of routes) {
    if (reported.has(route.service)) continue;
    reported.add(route.service);
    const { backend } = route;
    const fault =
      'facade' in backend
        ? faultOfFacade(namespace, backend.facade, view, ingressClass)
        : faultOfBackend(namespace, backend, view);
    if (fault === undefined) continue;
    problems.error(fault.code, {
      field: route.isDefaultBackend ? route.field : `${route.field}.backend`,
      entity: route.service,
      message: fault.message,
      action: 'requests to it are answered with 503',
    });
  }
}
