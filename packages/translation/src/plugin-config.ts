import type { ClusterView } from '@silverback/cluster-state';
import {
  checkJson,
  type JsonObject,
  type JsonValue,
  type PluginSecrets,
  type SecretValue,
} from '@silverback/kong-configuration';
import type { KongClusterPlugin, KongPlugin } from '@silverback/kong-resources';
import { load } from 'js-yaml';
import { addAt } from './json-pointer.ts';
import { inOnePiece } from './one-piece.ts';
import type { ProblemList } from './problem-list.ts';

type AnyPlugin = KongPlugin | KongClusterPlugin;

/** One value of a Secret; the namespace is given where the object has none of its own. */
type SecretKey = NonNullable<AnyPlugin['configFrom']>['secretKeyRef'];

/** The configuration of a plugin; undefined where a part of it cannot be had, so that the plugin is not programmed. */
export type PluginConfig = { readonly config?: JsonObject; readonly secrets?: PluginSecrets } | undefined;

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
  const { configFrom, configPatches = [] } = plugin;
  const given = plugin.config as JsonObject | undefined;
  if (configFrom === undefined && configPatches.length === 0) {
    return given === undefined ? {} : { config: given };
  }
  const secrets = configFrom
    ? { values: [valueOf(configFrom.secretKeyRef, namespace, 'configFrom')] }
    : {
        ...(given && { config: given }),
        values: configPatches.map(({ path, valueFrom }, index) => ({
          ...valueOf(valueFrom.secretKeyRef, namespace, `configPatches[${index}]`),
          path,
        })),
      };
  const config = configWithSecrets(secrets, view, problems, action);
  return config && { config, secrets };
}

function valueOf(key: SecretKey, namespace: string, field: string): SecretValue {
  const of = 'namespace' in key ? key.namespace : namespace;
  return { secret: inOnePiece(of, '/', key.name), key: key.key, field };
}

/**
 * The configuration of a plugin with the values that its Secrets have now.
 *
 * @returns undefined where one of them cannot be had or used, which is reported
 */
export function configWithSecrets(
  { config = {}, values }: PluginSecrets,
  view: ClusterView,
  problems: ProblemList,
  action: string,
): JsonObject | undefined {
  const source: Source = { view, problems, action };
  let result: JsonValue = config;
  for (const value of values) {
    const next: JsonValue | undefined =
      value.path === undefined ? wholeFrom(value, source) : patched(result, value, value.path, source);
    if (next === undefined) return undefined;
    result = next;
  }
  if (isObject(result)) return result;
  report(
    source,
    'PluginConfigInvalid',
    'configPatches',
    'make something else than an object of the configuration',
  );
  return undefined;
}

interface Source {
  readonly view: ClusterView;
  readonly problems: ProblemList;
  readonly action: string;
}

/** A whole configuration: JSON, or YAML, which JSON is a part of. */
function wholeFrom(from: SecretValue, source: Source): JsonObject | undefined {
  const field = `${from.field}.secretKeyRef`;
  const text = textOf(from, field, source);
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (isObject(value) && checkJson(value).length === 0) return value;
  report(source, 'PluginConfigInvalid', field, `${nameOf(from)} holds no object in JSON or YAML`);
  return undefined;
}

function patched(config: JsonValue, from: SecretValue, path: string, source: Source): JsonValue | undefined {
  const field = `${from.field}.valueFrom.secretKeyRef`;
  const text = textOf(from, field, source);
  if (text === undefined) return undefined;
  const value = jsonIn(text);
  if (value === undefined || checkJson(value.json).length > 0) {
    report(source, 'PluginConfigInvalid', field, `${nameOf(from)} holds no JSON; text needs quotes`);
    return undefined;
  }
  const next = addAt(config, path, value.json);
  if (next === undefined) {
    report(source, 'PluginConfigInvalid', `${from.field}.path`, 'is no JSON pointer into the configuration');
  }
  return next;
}

function textOf({ secret: path, key }: SecretValue, field: string, source: Source): string | undefined {
  const [namespace = '', name = ''] = path.split('/');
  const secret = source.view.get('Secret', namespace, name);
  const text = secret !== undefined && Object.hasOwn(secret.data, key) ? secret.data[key] : undefined;
  if (text !== undefined) return text;
  const missing = secret === undefined ? 'does not exist' : `has no key ${JSON.stringify(key)}`;
  report(source, 'PluginSecretNotFound', field, `Secret/${path} ${missing}`);
  return undefined;
}

function nameOf({ secret, key }: SecretValue): string {
  return `key ${JSON.stringify(key)} of Secret/${secret}`;
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
