const CENSORED = '***';
const MAX_DEPTH = 8;

/** Names of fields that hold secrets, in lower case and without separators. */
const SECRET_NAMES = new Set([
  'key',
  'privatekey',
  'clientkey',
  'password',
  'passphrase',
  'secret',
  'clientsecret',
  'token',
  'apikey',
  'authorization',
  'cookie',
  'kongadmintoken',
]);

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/**
 * A copy of what is to be logged in which fields with the names of secrets, and private keys in texts, are censored.
 * The last line of defence: nothing that is logged should hold a secret in the first place.
 */
export function redact(value: unknown): unknown {
  return redactAt(value, 0);
}

function redactAt(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.replaceAll(PRIVATE_KEY, CENSORED);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return CENSORED;
  if (Array.isArray(value)) return value.map((item) => redactAt(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isSecretName(name) ? CENSORED : redactAt(item, depth + 1),
    ]),
  );
}

function isSecretName(name: string): boolean {
  return SECRET_NAMES.has(name.toLowerCase().replaceAll(/[^a-z]/g, ''));
}
