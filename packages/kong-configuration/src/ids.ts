import { hash } from 'node:crypto';

const ROOT_NAMESPACE = 'fd02801f-0957-4a15-a55a-c8d9606f30b5';

/**
 * UUID version 5 (RFC 9562) of a name in a namespace.
 *
 * @param namespace - a UUID in its usual text form
 * @param name - any text; its UTF-8 bytes count
 */
function uuidV5(namespace: string, name: string): string {
  const prefix = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const digest = hash('sha1', Buffer.concat([prefix, Buffer.from(name)]), 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const groups = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `5${digest.slice(13, 16)}`,
    variant + digest.slice(17, 20),
    digest.slice(20, 32),
  ];
  return groups.join('-');
}

const typeNamespace = (plural: string): string => uuidV5(ROOT_NAMESPACE, plural);

const SERVICES = typeNamespace('services');
const ROUTES = typeNamespace('routes');
const PLUGINS = typeNamespace('plugins');
const UPSTREAMS = typeNamespace('upstreams');
const TARGETS = typeNamespace('targets');
const CERTIFICATES = typeNamespace('certificates');
const SNIS = typeNamespace('snis');
const CONSUMERS = typeNamespace('consumers');
const CONSUMERS_BY_CUSTOM_ID = typeNamespace('consumers by custom_id');
const CONSUMER_GROUPS = typeNamespace('consumergroups');
const CREDENTIALS = typeNamespace('credentials');
const VAULTS = typeNamespace('vaults');
const CUSTOM_ENTITIES = typeNamespace('custom entities');
const NIL = '00000000-0000-0000-0000-000000000000';

/** ID of the Kong service with this name: the one that Kong's own controller gives it. */
export function serviceId(name: string): string {
  return uuidV5(SERVICES, name);
}

/** ID of the Kong route with this name: the one that Kong's own controller gives it. */
export function routeId(name: string): string {
  return uuidV5(ROUTES, name);
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
  return uuidV5(PLUGINS, parts.join(':'));
}

/** ID of the upstream with this name. Kong's own controller gives upstreams none. */
export function upstreamId(name: string): string {
  return uuidV5(UPSTREAMS, name);
}

/**
 * ID of a target in its upstream. Kong's own controller gives targets none.
 *
 * @param upstream - name of the upstream
 * @param target - `host:port` as it stands in the configuration
 */
export function targetId(upstream: string, target: string): string {
  return uuidV5(TARGETS, `${upstream}/${target}`);
}

/**
 * ID of the certificate of a Secret that has no UID, as in a folder of manifests. Where the Secret has one, the UID is
 * the ID.
 *
 * @param namespace - namespace of the Secret
 * @param name - name of the Secret
 */
export function certificateId(namespace: string, name: string): string {
  return uuidV5(CERTIFICATES, `${namespace}/${name}`);
}

/** ID of the SNI for this host. Kong's own controller gives SNIs none. */
export function sniId(host: string): string {
  return uuidV5(SNIS, host);
}

/**
 * ID of a consumer: by its username the one that Kong's own controller gives it. Without a username it goes by the
 * `custom_id`; Kong's own controller gives such a consumer none.
 */
export function consumerId(consumer: { readonly username?: string; readonly custom_id?: string }): string {
  const { username, custom_id: customId = '' } = consumer;
  return username === undefined ? uuidV5(CONSUMERS_BY_CUSTOM_ID, customId) : uuidV5(CONSUMERS, username);
}

/** ID of the consumer group with this name: the one that Kong's own controller gives it. */
export function consumerGroupId(name: string): string {
  return uuidV5(CONSUMER_GROUPS, name);
}

/**
 * ID of the credential that a Secret gives. Kong's own controller gives credentials none.
 *
 * @param secret - `namespace/name` of the Secret
 */
export function credentialId(secret: string): string {
  return uuidV5(CREDENTIALS, secret);
}

/**
 * ID of a credential that more than one consumer may have, such as an `acl`: each has one of its own.
 *
 * @param credential - ID by {@link credentialId}
 * @param consumer - ID of the consumer
 */
export function sharedCredentialId(credential: string, consumer: string): string {
  return uuidV5(CREDENTIALS, `${credential}/${consumer}`);
}

/** ID of the vault with this prefix: the one that Kong's own controller gives it. */
export function vaultId(prefix: string): string {
  return uuidV5(VAULTS, prefix);
}

/** ID of the licence of a KongLicense: the one that Kong's own controller gives it. */
export function licenseId(name: string): string {
  return uuidV5(NIL, `KongLicense:${name}`);
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
  return uuidV5(CUSTOM_ENTITIES, JSON.stringify([entityType, source, service, route, consumer, customId]));
}
