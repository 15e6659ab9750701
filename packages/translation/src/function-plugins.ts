import type { ClusterView, Metadata } from '@silverback/cluster-state';
import type { PluginReference } from '@silverback/kong-configuration';
import { pluginReferences } from './plugin-references.ts';
import { ProblemList } from './problem-list.ts';

/** Plugins whose functions people expect to be added up. */
const FUNCTIONS: ReadonlySet<string> = new Set(['pre-function', 'post-function']);

/**
 * Reports where a function plugin of an Ingress meets one of the same type on a Service: Kong runs only the one of the
 * route, so that what the other one guards is not guarded.
 *
 * @param references - plugins of the Ingress
 * @param services - names of the Services that its routes lead to
 */
export function reportReplacedFunctions(
  { namespace }: Metadata,
  references: readonly PluginReference[],
  services: readonly string[],
  view: ClusterView,
  problems: ProblemList,
): void {
  for (const { plugin, field } of references) {
    const type = typeOf(plugin, view);
    if (type === undefined || !FUNCTIONS.has(type)) continue;
    const replaced = [...new Set(services)].filter((name) => hasPlugin(namespace, name, type, view));
    if (replaced.length === 0) continue;
    problems.warning('FunctionPluginReplaced', {
      field,
      message: `${plugin} is a ${type}, and so is a plugin of ${replaced.map((name) => `Service ${namespace}/${name}`).join(', ')}`,
      action: 'requests of the Ingress run the one of the Ingress only',
    });
  }
}

function hasPlugin(namespace: string, name: string, type: string, view: ClusterView): boolean {
  const service = view.get('Service', namespace, name);
  if (service === undefined) return false;
  // Whoever translates the Service reports these problems.
  const references = pluginReferences(service, view, {}, ProblemList.ofRecord(service));
  return references.some(({ plugin }) => typeOf(plugin, view) === type);
}

/** Kong's name of the plugin that a root defines. */
function typeOf(root: string, view: ClusterView): string | undefined {
  const [kind, namespace = '', name = ''] = root.split('/');
  if (kind !== 'KongPlugin' && kind !== 'KongClusterPlugin') return undefined;
  const plugin = view.get(kind, namespace, name)?.body['plugin'];
  return typeof plugin === 'string' ? plugin : undefined;
}
