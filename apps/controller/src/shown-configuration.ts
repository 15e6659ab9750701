import type { ClusterState, SecretRecord } from '@silverback/cluster-state';
import {
  redactConfiguration,
  TOP_LEVEL_COLLECTIONS,
  type JsonValue,
  type KongConfiguration,
} from '@silverback/kong-configuration';
import { load } from 'js-yaml';

const KNOWN: ReadonlySet<string> = new Set(TOP_LEVEL_COLLECTIONS);

/**
 * A declarative configuration to be shown to people: secrets are `***`. What `redactConfiguration` hides is known by its
 * place; what plugins take from Secrets is hidden wherever it stands.
 *
 * @param configuration - as it is sent to proxies
 * @param state - the resources that it was made of
 */
export function shownConfiguration(configuration: JsonValue, state: ClusterState): JsonValue {
  const { _format_version, _transform, ...collections } = configuration as Readonly<
    Record<string, JsonValue>
  >;
  const entries = Object.entries(collections);
  const known = Object.fromEntries(entries.filter(([name]) => KNOWN.has(name)));
  const custom = Object.fromEntries(entries.filter(([name]) => !KNOWN.has(name)));
  const whole = { certificates: [], services: [], upstreams: [], ...known, custom_entities: custom };
  const shown = redactConfiguration(whole as unknown as KongConfiguration) as Readonly<
    Record<string, JsonValue>
  >;
  const secrets = textsForPlugins(state);
  return {
    ...(_format_version !== undefined && { _format_version }),
    ...(_transform !== undefined && { _transform }),
    ...Object.fromEntries(
      Object.entries(shown)
        .filter(([name]) => name in collections)
        .map(([name, value]) => [name, withoutTexts(value, secrets)]),
    ),
  };
}

/** The texts that plugins take from Secrets. */
function textsForPlugins(state: ClusterState): ReadonlySet<string> {
  const secrets = state
    .list('Secret')
    .filter(({ metadata: { namespace, name } }) =>
      state
        .lookUp('usersOfSecret', `${namespace}/${name}`)
        .some(({ kind }) => kind === 'KongPlugin' || kind === 'KongClusterPlugin'),
    );
  return new Set(secrets.flatMap(textsOf));
}

function textsOf({ data }: SecretRecord): readonly string[] {
  return Object.values(data).flatMap((text) => [text, ...textsIn(parsed(text))]);
}

/** A value of a Secret is JSON, or YAML, or no more than a text. */
function parsed(text: string): unknown {
  try {
    return load(text);
  } catch {
    return text;
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Within the `config` of plugins. */
function withoutTexts(value: JsonValue, secrets: ReadonlySet<string>, isConfig = false): JsonValue {
  if (typeof value === 'string') return isConfig && secrets.has(value) ? '***' : value;
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => withoutTexts(item, secrets, isConfig));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      withoutTexts(item, secrets, isConfig || name === 'config'),
    ]),
  );
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
