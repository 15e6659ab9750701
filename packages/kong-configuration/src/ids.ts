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
  readonly consumer?: string;
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
