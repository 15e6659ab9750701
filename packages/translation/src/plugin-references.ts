import type { Metadata } from '@silverback/cluster-state';
import type { PluginReference } from '@silverback/kong-configuration';
import { PLUGINS, annotationField, listAnnotation } from './annotations.ts';
import type { ProblemList } from './problem-list.ts';

/**
 * The KongPlugins that the annotation of an object asks for. One of another namespace needs a permission that nothing
 * can give yet: the reference to it never resolves, so that nothing is served without the plugin.
 */
export function pluginReferences(metadata: Metadata, problems: ProblemList): PluginReference[] {
  const field = annotationField(PLUGINS);
  const wanted = listAnnotation(metadata, PLUGINS).map((item) => {
    const [first = '', ...rest] = item.split(':');
    const namespace = rest.length === 0 ? metadata.namespace : first.trim();
    const name = rest.length === 0 ? first : rest.join(':').trim();
    if (namespace === metadata.namespace) return `KongPlugin/${namespace}/${name}`;
    problems.error('PluginReferenceNotPermitted', {
      field,
      message: `${item} is of another namespace and needs a ReferenceGrant, which is not supported yet`,
      action: 'what asks for the plugin is left out',
    });
    return `KongPlugin/${namespace}:${name}`;
  });
  return [...new Set(wanted)].map((plugin) => ({ plugin, field }));
}
