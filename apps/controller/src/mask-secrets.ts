import type { JsonValue } from '@silverback/kong-configuration';

/** Names under which plugins of Kong take secrets: `redis.password`, `client_secret`, `api_key`, `key` … */
const SECRET_NAME =
  /(^|_)(keys?|secrets?|password|passphrase|passwd|tokens?|credentials?|jwks?|authorization)$/i;

/**
 * A copy of a configuration in which secrets are `***`: private keys, and texts that stand in a plugin's `config` under
 * the name of a secret. Everything else stays as it is.
 */
export function maskSecrets(value: JsonValue): JsonValue {
  return mask(value, { isConfig: false, isSecret: false });
}

interface Place {
  /** Within the `config` of a plugin. */
  readonly isConfig: boolean;
  /** Below the name of a secret. */
  readonly isSecret: boolean;
}

function mask(value: JsonValue, place: Place): JsonValue {
  if (typeof value === 'string') return place.isSecret || isPrivateKey(value) ? '***' : value;
  if (isList(value)) return value.map((item) => mask(item, place));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      mask(item, {
        isConfig: place.isConfig || name === 'config',
        isSecret: place.isSecret || (place.isConfig && SECRET_NAME.test(name)),
      }),
    ]),
  );
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isPrivateKey(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
}
