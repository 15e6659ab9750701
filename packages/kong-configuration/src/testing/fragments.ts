import { createFragment } from '../fragment-hash.ts';
import type {
  CertificatePart,
  Fragment,
  FragmentPart,
  PluginPart,
  PluginReference,
  RoutePart,
  ServicePart,
  SniPart,
} from '../fragment.ts';
import type { JsonObject, RouteEntity, ServiceEntity } from '../entities.ts';
import { certificateId, routeId, serviceId, targetId, upstreamId } from '../ids.ts';

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

/** The service `shop`, to which routes lead if nothing else is said. */
export const shop = fragmentOf('Service', 'shop', 0, servicePart('shop'));
