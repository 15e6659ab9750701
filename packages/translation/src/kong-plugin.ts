import {
  keyOf,
  type ClusterView,
  type KongClusterPluginRecord,
  type KongPluginRecord,
} from '@silverback/cluster-state';
import {
  checkJson,
  createFragment,
  type FragmentPart,
  type PluginPart,
} from '@silverback/kong-configuration';
import { parseResource, type KongClusterPlugin, type KongPlugin } from '@silverback/kong-resources';
import { fragmentHeader } from './fragment-header.ts';
import { isOursByAnnotation } from './ingress-class.ts';
import { pluginConfig } from './plugin-config.ts';
import { ProblemList } from './problem-list.ts';
import { tagsOf } from './tags.ts';
import type { Translator } from './translator.ts';

const NOT_PROGRAMMED = 'the plugin is not programmed';

/** KongPlugin → definition of a plugin. What asks for it decides where instances of it stand. */
export const kongPluginTranslator: Translator = {
  kind: 'KongPlugin',
  translate(root, view) {
    const record = view.get('KongPlugin', root.namespace, root.name);
    if (record === undefined) return undefined;
    const problems = ProblemList.ofRecord(record);
    const part = pluginPart(record, view, problems);
    return createFragment({
      ...fragmentHeader(root, record),
      parts: part === undefined ? [] : [part],
      problems: problems.problems,
    });
  },
};

/** KongClusterPlugin of our class → definition of a plugin, which runs for all requests if its label says so. */
export const kongClusterPluginTranslator: Translator = {
  kind: 'KongClusterPlugin',
  translate(root, view, { ingressClass }) {
    const record = view.get('KongClusterPlugin', '', root.name);
    if (record === undefined || !isOursByAnnotation(record.metadata, view, ingressClass)) return undefined;
    const problems = ProblemList.ofRecord(record);
    const part = pluginPart(record, view, problems);
    const isGlobal = record.metadata.labels['global'] === 'true';
    const parts: FragmentPart[] = part === undefined ? [] : [part];
    if (part !== undefined && isGlobal) parts.push({ type: 'global-plugin', plugin: part.plugin });
    return createFragment({ ...fragmentHeader(root, record), parts, problems: problems.problems });
  },
};

type PluginRecord = KongPluginRecord | KongClusterPluginRecord;

function pluginPart(record: PluginRecord, view: ClusterView, problems: ProblemList): PluginPart | undefined {
  const plugin = validPlugin(record, problems);
  if (plugin === undefined) return undefined;
  const configured = pluginConfig(plugin, record.metadata.namespace, view, problems, NOT_PROGRAMMED);
  if (configured === undefined) return undefined;
  const { disabled, protocols, ordering, instance_name } = plugin;
  const { secrets, ...config } = configured;
  return {
    type: 'plugin',
    plugin: keyOf(record),
    definition: {
      name: plugin.plugin,
      ...(instance_name === undefined ? {} : { instance_name }),
      ...(disabled === true ? { enabled: false } : {}),
      ...config,
      ...(protocols === undefined ? {} : { protocols }),
      ...(ordering === undefined ? {} : { ordering: orderingOf(ordering) }),
      tags: tagsOf(record.kind, record.metadata, problems),
    },
    ...(secrets && { secrets }),
  };
}

/** What could not be written into a configuration comes first: it may be too large to look at any closer. */
function validPlugin(
  { kind, body }: PluginRecord,
  problems: ProblemList,
): KongPlugin | KongClusterPlugin | undefined {
  const unwritable = checkJson(body).map(({ path, message }) => ({ field: path, message }));
  const parsed =
    unwritable.length > 0 ? ({ ok: false, issues: unwritable } as const) : parseResource(kind, body);
  if (parsed.ok) return parsed.resource;
  for (const { field, message } of parsed.issues) {
    problems.error('KongPluginInvalid', { field, message, action: NOT_PROGRAMMED });
  }
  return undefined;
}

type Ordering = NonNullable<KongPlugin['ordering']>;

/** The same without what is undefined, which JSON does not have. */
function orderingOf({ before, after }: Ordering): Record<string, Record<string, string[]>> {
  const phases = Object.entries({ before, after }).flatMap(([when, names]) =>
    names?.access === undefined ? [] : [[when, { access: names.access }] as const],
  );
  return Object.fromEntries(phases);
}
