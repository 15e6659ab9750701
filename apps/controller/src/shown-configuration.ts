import {
  redactConfiguration,
  TOP_LEVEL_COLLECTIONS,
  type JsonValue,
  type KongConfiguration,
} from '@silverback/kong-configuration';

const KNOWN: ReadonlySet<string> = new Set(TOP_LEVEL_COLLECTIONS);

/**
 * A declarative configuration to be shown to people: secrets are `***`. What `redactConfiguration` hides is known by its
 * place; what plugins take from Secrets is hidden wherever it stands.
 *
 * @param configuration - as it is sent to proxies
 * @param secrets - what plugins take from Secrets: see `secretTexts`
 */
export function shownConfiguration(configuration: JsonValue, secrets: ReadonlySet<string>): JsonValue {
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
