import { createFragment } from '../fragment-hash.ts';
import type {
  CaCertificatePart,
  CertificatePart,
  ConsumerGroupPart,
  ConsumerPart,
  CredentialPart,
  CustomEntityPart,
  Fragment,
  FragmentPart,
  PluginPart,
  PluginReference,
  RoutePart,
  ServicePart,
  RootReference,
  SniPart,
  VaultPart,
} from '../fragment.ts';
import type { CredentialType, JsonObject, RouteEntity, ServiceEntity } from '../entities.ts';
import {
  certificateId,
  consumerGroupId,
  consumerId,
  credentialId,
  licenseId,
  routeId,
  serviceId,
  targetId,
  upstreamId,
  vaultId,
} from '../ids.ts';

/** A fragment of `Kind/default/<name>`, created `age` seconds after 1970, without a UID, as from a manifest. */
export function fragmentOf(kind: string, name: string, age: number, ...parts: FragmentPart[]): Fragment {
  const namespace = 'default';
  return createFragment({
    root: `${kind}/${namespace}/${name}`,
    resource: { kind, namespace, name },
    precedence: {
      creationTimestamp: new Date(age * 1000).toISOString().replace('.000', ''),
      namespace,
      name,
      uid: '',
    },
    parts,
    problems: [],
  });
}

/** References to KongPlugins of the namespace `default`. */
export function asking(...plugins: string[]): readonly PluginReference[] {
  return plugins.map((plugin) => ({
    plugin: `KongPlugin/default/${plugin}`,
    field: 'metadata.annotations["konghq.com/plugins"]',
  }));
}

export function servicePart(
  name: string,
  { plugins = [], targets = ['10.0.0.1:80'], ...entity }: ServiceOptions = {},
): ServicePart {
  const upstream = `${name}.svc`;
  return {
    type: 'service',
    entity: { id: serviceId(name), name, host: upstream, port: 80, protocol: 'http', ...entity },
    upstream: {
      id: upstreamId(upstream),
      name: upstream,
      targets: targets.map((target) => ({ id: targetId(upstream, target), target })),
    },
    plugins,
  };
}

interface ServiceOptions extends Partial<ServiceEntity> {
  readonly plugins?: readonly PluginReference[];
  readonly targets?: readonly string[];
}

interface RouteOptions extends Partial<RouteEntity> {
  readonly plugins?: readonly PluginReference[];
  readonly service?: string;
  readonly isDefaultBackend?: boolean;
}

export function routePart(
  name: string,
  { plugins = [], service = 'shop', isDefaultBackend = false, ...entity }: RouteOptions = {},
): RoutePart {
  return {
    type: 'route',
    entity: { id: routeId(name), name, paths: [`/${name}`], ...entity },
    service,
    plugins,
    field: `spec.${name}`,
    isDefaultBackend,
  };
}

export function pluginPart(name: string, type: string, config: JsonObject = {}): PluginPart {
  return { type: 'plugin', plugin: `KongPlugin/default/${name}`, definition: { name: type, config } };
}

export function certificatePart(secret: string, content = secret, id?: string): CertificatePart {
  return {
    type: 'certificate',
    secret: `default/${secret}`,
    entity: {
      id: id ?? certificateId('default', secret),
      cert: `cert of ${content}`,
      key: `key of ${content}`,
    },
  };
}

export function sniPart(host: string, secret: string): SniPart {
  return { type: 'sni', host, secret: `default/${secret}`, field: 'spec.tls[0].hosts[0]' };
}

function referencesTo(kind: string, names: readonly string[] = []): readonly RootReference[] {
  return names.map((name, index) => ({ root: `${kind}/default/${name}`, field: `${kind}[${index}]` }));
}

interface ConsumerOptions {
  readonly plugins?: readonly PluginReference[];
  readonly groups?: readonly string[];
  readonly credentials?: readonly string[];
}

/** A consumer by its names, of which the second one is its `custom_id`. */
export function consumerPart(
  [username, customId]: readonly [username: string | undefined, customId?: string | undefined],
  { plugins = [], groups, credentials }: ConsumerOptions = {},
): ConsumerPart {
  const names = {
    ...(username !== undefined && { username }),
    ...(customId !== undefined && { custom_id: customId }),
  };
  return {
    type: 'consumer',
    entity: { id: consumerId(names), ...names },
    plugins,
    groups: referencesTo('KongConsumerGroup', groups),
    credentials: referencesTo('Secret', credentials),
  };
}

export function credentialPart(
  secret: string,
  credentialType: CredentialType,
  fields: JsonObject,
  uniqueValue?: string,
): CredentialPart {
  return {
    type: 'credential',
    secret: `default/${secret}`,
    credentialType,
    entity: { id: credentialId(`default/${secret}`), ...fields },
    ...(uniqueValue !== undefined && { uniqueValue }),
  };
}

/** A Secret with a credential `key-auth`. */
export function keyOf(secret: string, key: string, age = 0): Fragment {
  return fragmentOf('Secret', secret, age, credentialPart(secret, 'key-auth', { key }, key));
}

export function groupPart(name: string, plugins: readonly PluginReference[] = []): ConsumerGroupPart {
  return { type: 'consumer-group', entity: { id: consumerGroupId(name), name }, plugins };
}

export function authorityPart(id: string, cert = `cert of ${id}`): CaCertificatePart {
  return { type: 'ca-certificate', entity: { id, cert } };
}

export function vaultPart(prefix: string, config: JsonObject = {}): VaultPart {
  return { type: 'vault', entity: { id: vaultId(prefix), name: 'env', prefix, config } };
}

export function licensePart(name: string): FragmentPart {
  return { type: 'license', entity: { id: licenseId(name), payload: `licence ${name}` } };
}

/** An entity `degraphql_routes`. */
export function customEntityPart(
  fields: JsonObject,
  parent?: string,
  foreignFields: CustomEntityPart['foreignFields'] = {},
): CustomEntityPart {
  const [reference] = asking(...(parent === undefined ? [] : [parent]));
  return {
    type: 'custom-entity',
    entityType: 'degraphql_routes',
    fields,
    ...(reference && { parent: reference, foreignFields }),
    tags: [],
  };
}

/** The service `shop`, to which routes lead if nothing else is said. */
export const shop = fragmentOf('Service', 'shop', 0, servicePart('shop'));
