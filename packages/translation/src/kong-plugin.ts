import { keyOf, type KongPluginRecord } from '@silverback/cluster-state';
import { checkJson, createFragment, type PluginPart } from '@silverback/kong-configuration';
import { parseKongPlugin, type KongPlugin } from '@silverback/kong-resources';
import { fragmentHeader } from './fragment-header.ts';
import { ProblemList } from './problem-list.ts';
import { tagsOf } from './tags.ts';
import type { Translator } from './translator.ts';

const NOT_PROGRAMMED = 'the plugin is not programmed, and what asks for it is left out';

/** KongPlugin → definition of a plugin. The routes and services that ask for it decide where instances of it stand. */
export const kongPluginTranslator: Translator = {
  kind: 'KongPlugin',
  translate(root, view) {
    const record = view.get('KongPlugin', root.namespace, root.name);
    if (record === undefined) return undefined;
    const problems = ProblemList.ofRecord(record);
    const part = pluginPart(record, problems);
    return createFragment({
      ...fragmentHeader(root, record),
      parts: part === undefined ? [] : [part],
      problems: problems.problems,
    });
  },
};

function pluginPart(record: KongPluginRecord, problems: ProblemList): PluginPart | undefined {
  const plugin = validPlugin(record, problems);
  return plugin === undefined || takesConfigFromSecret(plugin, problems)
    ? undefined
    : partOf(record, plugin, problems);
}

/** What could not be written into a configuration comes first: it may be too large to look at any closer. */
function validPlugin({ body }: KongPluginRecord, problems: ProblemList): KongPlugin | undefined {
  const unwritable = checkJson(body).map(({ path, message }) => ({ field: path, message }));
  const parsed = unwritable.length > 0 ? ({ ok: false, issues: unwritable } as const) : parseKongPlugin(body);
  if (parsed.ok) return parsed.plugin;
  for (const { field, message } of parsed.issues) {
    problems.error('KongPluginInvalid', { field, message, action: NOT_PROGRAMMED });
  }
  return undefined;
}

function partOf(record: KongPluginRecord, parsed: KongPlugin, problems: ProblemList): PluginPart {
  const { plugin, config, disabled, protocols, ordering, instance_name } = parsed;
  return {
    type: 'plugin',
    plugin: keyOf(record),
    definition: {
      name: plugin,
      ...(instance_name === undefined ? {} : { instance_name }),
      ...(disabled === true ? { enabled: false } : {}),
      ...(config === undefined ? {} : { config }),
      ...(protocols === undefined ? {} : { protocols }),
      ...(ordering === undefined ? {} : { ordering: orderingOf(ordering) }),
      tags: tagsOf('KongPlugin', record.metadata, problems),
    },
  };
}

function takesConfigFromSecret(plugin: KongPlugin, problems: ProblemList): boolean {
  const fields = (['configFrom', 'configPatches'] as const).filter((field) => plugin[field] !== undefined);
  for (const field of fields) {
    problems.error('PluginConfigSourceNotSupported', {
      field,
      message: 'is not supported yet',
      action: NOT_PROGRAMMED,
    });
  }
  return fields.length > 0;
}

type Ordering = NonNullable<KongPlugin['ordering']>;

/** The same without what is undefined, which JSON does not have. */
function orderingOf({ before, after }: Ordering): Record<string, Record<string, string[]>> {
  const phases = Object.entries({ before, after }).flatMap(([when, names]) =>
    names?.access === undefined ? [] : [[when, { access: names.access }] as const],
  );
  return Object.fromEntries(phases);
}
