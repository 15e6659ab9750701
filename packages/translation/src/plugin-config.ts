import type { ClusterView } from '@silverback/cluster-state';
import { checkJson, type JsonObject, type JsonValue } from '@silverback/kong-configuration';
import type { KongClusterPlugin, KongPlugin } from '@silverback/kong-resources';
import { load } from 'js-yaml';
import { addAt } from './json-pointer.ts';
import type { ProblemList } from './problem-list.ts';

type AnyPlugin = KongPlugin | KongClusterPlugin;

/** One value of a Secret; the namespace is given where the object has none of its own. */
type SecretKey = NonNullable<AnyPlugin['configFrom']>['secretKeyRef'];

/** The configuration of a plugin; undefined where a part of it cannot be had, so that the plugin is not programmed. */
export type PluginConfig = { readonly config?: JsonObject } | undefined;

/**
 * Puts the configuration of a plugin together: the one in the object with the patches from Secrets, or the whole from a
 * Secret. No problem holds anything of what a Secret holds.
 *
 * @param namespace - namespace of the object; empty for a KongClusterPlugin, which names the namespaces itself
 * @param action - what problems say was done instead
 */
export function pluginConfig(
  plugin: AnyPlugin,
  namespace: string,
  view: ClusterView,
  problems: ProblemList,
  action: string,
): PluginConfig {
  const source: Source = { namespace, view, problems, action };
  if (plugin.configFrom !== undefined) {
    const config = wholeFrom(plugin.configFrom.secretKeyRef, source);
    return config === undefined ? undefined : { config };
  }
  const { configPatches = [] } = plugin;
  const given = plugin.config as JsonObject | undefined;
  if (configPatches.length === 0) return given === undefined ? {} : { config: given };
  return patched(given ?? {}, configPatches, source);
}

interface Source {
  readonly namespace: string;
  readonly view: ClusterView;
  readonly problems: ProblemList;
  readonly action: string;
}

/** A whole configuration: JSON, or YAML, which JSON is a part of. */
function wholeFrom(key: SecretKey, source: Source): JsonObject | undefined {
  const field = 'configFrom.secretKeyRef';
  const text = textOf(key, field, source);
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (isObject(value) && checkJson(value).length === 0) return value;
  report(source, 'PluginConfigInvalid', field, `${nameOf(key, source)} holds no object in JSON or YAML`);
  return undefined;
}

function patched(
  config: JsonObject,
  patches: NonNullable<AnyPlugin['configPatches']>,
  source: Source,
): PluginConfig {
  let result: JsonValue = config;
  for (const [index, { path, valueFrom }] of patches.entries()) {
    const field = `configPatches[${index}]`;
    const key = valueFrom.secretKeyRef;
    const text = textOf(key, `${field}.valueFrom.secretKeyRef`, source);
    if (text === undefined) return undefined;
    const value = jsonIn(text);
    if (value === undefined || checkJson(value.json).length > 0) {
      report(
        source,
        'PluginConfigInvalid',
        `${field}.valueFrom.secretKeyRef`,
        `${nameOf(key, source)} holds no JSON; text needs quotes`,
      );
      return undefined;
    }
    const next = addAt(result, path, value.json);
    if (next === undefined) {
      report(source, 'PluginConfigInvalid', `${field}.path`, 'is no JSON pointer into the configuration');
      return undefined;
    }
    result = next;
  }
  if (isObject(result)) return { config: result };
  report(
    source,
    'PluginConfigInvalid',
    'configPatches',
    'make something else than an object of the configuration',
  );
  return undefined;
}

function textOf(key: SecretKey, field: string, source: Source): string | undefined {
  const secret = source.view.get('Secret', namespaceOf(key, source), key.name);
  const text = secret !== undefined && Object.hasOwn(secret.data, key.key) ? secret.data[key.key] : undefined;
  if (text !== undefined) return text;
  const missing = secret === undefined ? 'does not exist' : `has no key ${JSON.stringify(key.key)}`;
  report(source, 'PluginSecretNotFound', field, `Secret/${namespaceOf(key, source)}/${key.name} ${missing}`);
  return undefined;
}

function namespaceOf(key: SecretKey, { namespace }: Source): string {
  return 'namespace' in key ? key.namespace : namespace;
}

function nameOf(key: SecretKey, source: Source): string {
  return `key ${JSON.stringify(key.key)} of Secret/${namespaceOf(key, source)}/${key.name}`;
}

function report(
  { problems, action }: Source,
  code: 'PluginConfigInvalid' | 'PluginSecretNotFound',
  field: string,
  message: string,
): void {
  problems.error(code, { field, message, action });
}

/** The parser's own words would show pieces of the Secret. */
function parsed(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}

function jsonIn(text: string): { readonly json: JsonValue } | undefined {
  try {
    return { json: JSON.parse(text) as JsonValue };
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
