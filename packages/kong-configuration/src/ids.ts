import { hash } from 'node:crypto';

const ROOT_NAMESPACE = 'fd02801f-0957-4a15-a55a-c8d9606f30b5';

/** Makes UUIDs version 5 (RFC 9562) in a namespace: of any text, of which the UTF-8 bytes count. */
type NameToId = (name: string) => string;

/** Room for a namespace and all names but unusual ones. */
const SCRATCH_BYTES = 1024;
const NAMESPACE_BYTES = 16;

/** The text of the last UUID. Read out of bytes it is a string of one piece, which takes the least memory. */
const TEXT = Buffer.from('00000000-0000-0000-0000-000000000000');
/** Where in the text each of the 16 bytes stands. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const DIGITS = '0123456789abcdef';

/** @param namespace - a UUID in its usual text form */
function idsIn(namespace: string): NameToId {
  const prefix = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  // The namespace stays in it; the name is another one each time.
  const scratch = Buffer.concat([prefix], SCRATCH_BYTES);
  return (name) => {
    // A code unit takes three bytes at most.
    const isShort = NAMESPACE_BYTES + name.length * 3 <= SCRATCH_BYTES;
    const input = isShort ? scratch : Buffer.concat([prefix], NAMESPACE_BYTES + Buffer.byteLength(name));
    const length = NAMESPACE_BYTES + input.write(name, NAMESPACE_BYTES);
    return uuidOf(hash('sha1', input.subarray(0, length), 'binary'));
  };
}

/** @param digest - bytes as characters */
function uuidOf(digest: string): string {
  for (let index = 0; index < PLACES.length; index += 1) {
    const byte = withVersion(digest.charCodeAt(index), index);
    const place = PLACES[index] ?? 0;
    TEXT[place] = DIGITS.charCodeAt(byte >> 4);
    TEXT[place + 1] = DIGITS.charCodeAt(byte & 0xf);
  }
  return TEXT.toString('latin1');
}

function withVersion(byte: number, index: number): number {
  if (index === 6) return (byte & 0x0f) | 0x50;
  return index === 8 ? (byte & 0x3f) | 0x80 : byte;
}

const inRoot = idsIn(ROOT_NAMESPACE);
const typeNamespace = (plural: string): NameToId => idsIn(inRoot(plural));

const inServices = typeNamespace('services');
const inRoutes = typeNamespace('routes');
const inPlugins = typeNamespace('plugins');
const inUpstreams = typeNamespace('upstreams');
const inTargets = typeNamespace('targets');
const inCertificates = typeNamespace('certificates');
const inSnis = typeNamespace('snis');
const inConsumers = typeNamespace('consumers');
const inConsumersByCustomId = typeNamespace('consumers by custom_id');
const inConsumerGroups = typeNamespace('consumergroups');
const inCredentials = typeNamespace('credentials');
const inVaults = typeNamespace('vaults');
const inCustomEntities = typeNamespace('custom entities');
const inNil = idsIn('00000000-0000-0000-0000-000000000000');

/** ID of the Kong service with this name: the one that Kong's own controller gives it. */
export function serviceId(name: string): string {
  return inServices(name);
}

/** ID of the Kong route with this name: the one that Kong's own controller gives it. */
export function routeId(name: string): string {
  return inRoutes(name);
}

/** Where an instance of a plugin stands: names of the Kong entities that it is bound to. */
export interface PluginScope {
  readonly service?: string;
  readonly route?: string;
  /** Username of the consumer. */
  readonly consumer?: string;
  /** `custom_id` of the consumer, where it has no username. */
  readonly customId?: string;
  readonly consumerGroup?: string;
}

/**
 * ID of a plugin's instance: the one that Kong's own controller gives it.
 *
 * @param pluginName - Kong's name of the plugin, as in `key-auth`
 * @param scope - what the instance is bound to; nothing for a global one
 */
export function pluginId(pluginName: string, scope: PluginScope): string {
  const parts = [pluginName];
  if (scope.service !== undefined) parts.push(`service/${scope.service}`);
  if (scope.route !== undefined) parts.push(`route/${scope.route}`);
  if (scope.consumer !== undefined) parts.push(`consumer/${scope.consumer}`);
  if (scope.customId !== undefined) parts.push(`custom_id/${scope.customId}`);
  if (scope.consumerGroup !== undefined) parts.push(`consumer_group/${scope.consumerGroup}`);
  return inPlugins(parts.join(':'));
}

/** ID of the upstream with this name. Kong's own controller gives upstreams none. */
export function upstreamId(name: string): string {
  return inUpstreams(name);
}

/**
 * ID of a target in its upstream. Kong's own controller gives targets none.
 *
 * @param upstream - name of the upstream
 * @param target - `host:port` as it stands in the configuration
 */
export function targetId(upstream: string, target: string): string {
  return inTargets(`${upstream}/${target}`);
}

/**
 * ID of the certificate of a Secret that has no UID, as in a folder of manifests. Where the Secret has one, the UID is
 * the ID.
 *
 * @param namespace - namespace of the Secret
 * @param name - name of the Secret
 */
export function certificateId(namespace: string, name: string): string {
  return inCertificates(`${namespace}/${name}`);
}

/** ID of the SNI for this host. Kong's own controller gives SNIs none. */
export function sniId(host: string): string {
  return inSnis(host);
}

/**
 * ID of a consumer: by its username the one that Kong's own controller gives it. Without a username it goes by the
 * `custom_id`; Kong's own controller gives such a consumer none.
 */
export function consumerId(consumer: { readonly username?: string; readonly custom_id?: string }): string {
  const { username, custom_id: customId = '' } = consumer;
  return username === undefined ? inConsumersByCustomId(customId) : inConsumers(username);
}

/** ID of the consumer group with this name: the one that Kong's own controller gives it. */
export function consumerGroupId(name: string): string {
  return inConsumerGroups(name);
}

/**
 * ID of the credential that a Secret gives. Kong's own controller gives credentials none.
 *
 * @param secret - `namespace/name` of the Secret
 */
export function credentialId(secret: string): string {
  return inCredentials(secret);
}

/**
 * ID of a credential that more than one consumer may have, such as an `acl`: each has one of its own.
 *
 * @param credential - ID by {@link credentialId}
 * @param consumer - ID of the consumer
 */
export function sharedCredentialId(credential: string, consumer: string): string {
  return inCredentials(`${credential}/${consumer}`);
}

/** ID of the vault with this prefix: the one that Kong's own controller gives it. */
export function vaultId(prefix: string): string {
  return inVaults(prefix);
}

/** ID of the licence of a KongLicense: the one that Kong's own controller gives it. */
export function licenseId(name: string): string {
  return inNil(`KongLicense:${name}`);
}

/**
 * ID of an entity of a type that nothing else is known of. Kong's own controller gives these none.
 *
 * @param entityType - Kong's name of the collection, as in `degraphql_routes`
 * @param source - the root that it comes from
 * @param scope - what of its plugin's scopes it is made for; nothing without a plugin
 */
export function customEntityId(entityType: string, source: string, scope: PluginScope = {}): string {
  const { service, route, consumer, customId } = scope;
  return inCustomEntities(JSON.stringify([entityType, source, service, route, consumer, customId]));
}
