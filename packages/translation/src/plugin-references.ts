import type { ClusterView, Kind, Metadata } from '@silverback/cluster-state';
import type { PluginReference, RootKey } from '@silverback/kong-configuration';
import { PLUGINS, annotationField, listAnnotation } from './annotations.ts';
import type { ProblemList } from './problem-list.ts';
import { isGranted } from './reference-grants.ts';
import type { TranslationContext } from './translator.ts';

/** An object that asks for plugins. */
interface Asker {
  readonly kind: Kind;
  readonly metadata: Metadata;
}

/**
 * The plugins that the annotation of an object asks for. A KongPlugin comes before a KongClusterPlugin of the same name.
 * One of another namespace, written `namespace:name`, needs a ReferenceGrant there; without it the reference leads
 * nowhere, so that nothing is served without the plugin, unless missing plugins are to be ignored.
 */
export function pluginReferences(
  asker: Asker,
  view: ClusterView,
  { missingPlugin }: Pick<TranslationContext, 'missingPlugin'>,
  problems: ProblemList,
): readonly PluginReference[] {
  const items = listAnnotation(asker.metadata, PLUGINS);
  if (items.length === 0) return NONE;
  const field = annotationField(PLUGINS);
  const wanted = items.map((item) => rootOf(item, asker, view, problems));
  const isOptional = missingPlugin === 'ignore';
  return [...new Set(wanted)].map((plugin) => ({ plugin, field, ...(isOptional && { isOptional }) }));
}

/** Shared by all that ask for none, which are most. */
const NONE: readonly PluginReference[] = [];

function rootOf(item: string, asker: Asker, view: ClusterView, problems: ProblemList): RootKey {
  const { namespace: own } = asker.metadata;
  const [first = '', ...rest] = item.split(':');
  const namespace = rest.length === 0 ? own : first.trim();
  const name = rest.length === 0 ? first : rest.join(':').trim();
  const plugin = { group: 'configuration.konghq.com', kind: 'KongPlugin', namespace, name } as const;
  if (!isGranted({ kind: asker.kind, namespace: own }, plugin, view)) {
    problems.error('PluginReferenceNotPermitted', {
      field: annotationField(PLUGINS),
      message: `${item} is of another namespace, and no ReferenceGrant in ${namespace} permits that for the kind ${asker.kind} of ${own}`,
      action: 'the plugin counts as missing',
    });
    return `KongPlugin/${namespace}:${name}`;
  }
  const isClusterWide =
    view.get('KongPlugin', namespace, name) === undefined &&
    view.get('KongClusterPlugin', '', name) !== undefined;
  return isClusterWide ? `KongClusterPlugin//${name}` : `KongPlugin/${namespace}/${name}`;
}
