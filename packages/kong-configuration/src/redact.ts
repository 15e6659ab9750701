import { canonicalJson } from './canonical-json.ts';
import type {
  CertificateEntity,
  CredentialEntity,
  CustomEntity,
  JsonObject,
  JsonValue,
  KongConfiguration,
  NestedConsumer,
  NestedRoute,
  NestedService,
  PluginEntity,
  VaultEntity,
} from './entities.ts';

const REDACTED = '***';

/**
 * Parts of names under which secrets stand. `key` and `auth` hide more than secrets: better a harmless text hidden than
 * a secret shown.
 */
const SUSPICIOUS =
  /secret|passw|passphrase|passcode|pwd|token|credential|key|auth|cookie|bearer|private|salt/i;

/** The name of a header, parameter or claim says where a secret is looked for, not what it is: `key_names`. */
const NAMES_SOMETHING = /names?$/i;

const VAULT_REFERENCE = /^\{vault:\/\/[^{}]*\}$/;

/**
 * A configuration to be shown to people: private keys, what credentials keep secret, the `config` of vaults, and licences
 * are `***`. So is every text in the `config` of a plugin, in a custom entity and in the header conditions of a route
 * that stands anywhere under a name with `secret`, `passw`, `passphrase`, `passcode`, `pwd`, `token`, `credential`,
 * `key`, `auth`, `cookie`, `bearer`, `private` or `salt` in it. Names that end in `name` or `names` are none of these.
 * The same goes for the value in a text like `x-api-key: value`, and for user and password in a URL. Numbers, booleans
 * and references to a vault are shown.
 *
 * Free text, such as the code of a function plugin, is shown as it is.
 *
 * @returns plain data with sorted keys, in the structure of a declarative configuration
 */
export function redactConfiguration(configuration: KongConfiguration): JsonValue {
  const { custom_entities: custom = {}, ...collections } = configuration;
  const { consumers, licenses, plugins, routes, vaults } = collections;
  const redacted: KongConfiguration = {
    ...Object.fromEntries(Object.entries(custom).map(([type, some]) => [type, some.map(redactCustomEntity)])),
    ...collections,
    certificates: configuration.certificates.map(redactCertificate),
    ...(consumers && { consumers: consumers.map(redactConsumer) }),
    ...(licenses && { licenses: licenses.map((license) => ({ ...license, payload: REDACTED })) }),
    ...(plugins && { plugins: plugins.map(redactPlugin) }),
    ...(routes && { routes: routes.map(redactRoute) }),
    services: configuration.services.map(redactService),
    ...(vaults && { vaults: vaults.map(redactVault) }),
  };
  return JSON.parse(canonicalJson(redacted)) as JsonValue;
}

/** The fields of credentials that hold no secret. */
const OPEN_CREDENTIAL_FIELDS: ReadonlySet<string> = new Set([
  'algorithm',
  'ca_certificate',
  'client_type',
  'group',
  'hash_secret',
  'id',
  'name',
  'redirect_uris',
  'subject_name',
  'tags',
  'ttl',
  'username',
]);

function redactConsumer(consumer: NestedConsumer): NestedConsumer {
  const { id, username, custom_id, tags, plugins, ...credentials } = consumer;
  return {
    id,
    ...(username !== undefined && { username }),
    ...(custom_id !== undefined && { custom_id }),
    ...(tags && { tags }),
    ...Object.fromEntries(
      Object.entries(credentials).map(([collection, some]) => [collection, some.map(redactCredential)]),
    ),
    ...(plugins && { plugins: plugins.map(redactPlugin) }),
  };
}

function redactCredential({ id, ...fields }: CredentialEntity): CredentialEntity {
  const redacted = Object.entries(fields).map(([name, value]) => [
    name,
    OPEN_CREDENTIAL_FIELDS.has(name) ? value : REDACTED,
  ]);
  return { ...(Object.fromEntries(redacted) as CredentialEntity), id };
}

function redactCustomEntity({ id, ...fields }: CustomEntity): CustomEntity {
  return { ...redactObject(fields as JsonObject, false), id };
}

/** What opens a vault stands anywhere in its `config`. */
function redactVault({ config, ...vault }: VaultEntity): VaultEntity {
  return { ...vault, ...(config && { config: redactObject(config, true) }) };
}

function redactCertificate(certificate: CertificateEntity): CertificateEntity {
  return { ...certificate, key: REDACTED };
}

function redactService({ plugins, routes, ...service }: NestedService): NestedService {
  return {
    ...service,
    ...(plugins && { plugins: plugins.map(redactPlugin) }),
    ...(routes && { routes: routes.map(redactRoute) }),
  };
}

function redactRoute({ plugins, headers, expression, ...route }: NestedRoute): NestedRoute {
  return {
    ...route,
    ...(expression !== undefined && { expression: redactExpression(expression) }),
    ...(headers && { headers: redactHeaders(headers) }),
    ...(plugins && { plugins: plugins.map(redactPlugin) }),
  };
}

const HEADER_CONDITION = /(http\.headers\.(\w+)\)* *(?:==|!=|~|\^=|=\^|contains) *)"((?:[^"\\]|\\.)*)"/g;

/** Header conditions stand in the expression where the router has that flavour. */
function redactExpression(expression: string): string {
  return expression.replace(
    HEADER_CONDITION,
    (_, condition: string, name: string, value: string) =>
      `${condition}"${redactText(value, isSuspicious(name))}"`,
  );
}

function redactHeaders(
  headers: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [
      name,
      values.map((value) => redactText(value, isSuspicious(name))),
    ]),
  );
}

function redactPlugin<Plugin extends PluginEntity>(plugin: Plugin): Plugin {
  const { config } = plugin;
  return config === undefined ? plugin : { ...plugin, config: redactObject(config, false) };
}

function redactObject(
  object: Readonly<Record<string, JsonValue>>,
  secret: boolean,
): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, redactValue(value, secret || isSuspicious(name))]),
  );
}

function redactValue(value: JsonValue, secret: boolean): JsonValue {
  if (typeof value === 'string') return redactText(value, secret);
  if (typeof value !== 'object' || value === null) return value;
  return isArray(value) ? value.map((part) => redactValue(part, secret)) : redactObject(value, secret);
}

function redactText(text: string, secret: boolean): string {
  if (VAULT_REFERENCE.test(text)) return text;
  if (secret) return REDACTED;
  const colon = text.indexOf(':');
  if (colon > 0 && isSuspicious(text.slice(0, colon))) return `${text.slice(0, colon)}:${REDACTED}`;
  return text.replaceAll(/:\/\/[^/?#\s]*@/g, `://${REDACTED}@`);
}

function isSuspicious(name: string): boolean {
  return SUSPICIOUS.test(name) && !NAMES_SOMETHING.test(name);
}

/** `Array.isArray` does not tell a read-only array from an object. */
function isArray(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
