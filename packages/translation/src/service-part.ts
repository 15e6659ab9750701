import type { BackendPort, ServicePort, ServiceRecord } from '@silverback/cluster-state';
import {
  serviceId,
  targetId,
  upstreamId,
  type PluginReference,
  type ServiceEntity,
  type ServicePart,
  type UpstreamEntity,
} from '@silverback/kong-configuration';
import { findPort, isExternalName } from './backends.ts';
import { defaultServiceSettings, type ServiceSettings } from './service-annotations.ts';
import { serviceProtocol, takesPath } from './service-protocols.ts';
import { endpointTargets, hostAndPort, type EndpointTarget } from './service-targets.ts';
import type { ServiceTls } from './service-tls.ts';
import type { ServiceUse } from './service-uses.ts';
import { UNKNOWN_SERVICE_TAGS } from './tags.ts';
import type { TranslationView } from './translator.ts';

/** Settings of an upstream that a policy gives. */
export type UpstreamFields = Partial<
  Omit<UpstreamEntity, 'id' | 'name' | 'tags' | 'targets' | 'host_header'>
>;

/** What all Kong services of a Service share. */
export interface SharedByPorts {
  readonly settings: ServiceSettings;
  readonly tags: readonly string[];
  readonly plugins: readonly PluginReference[];
  readonly upstreamFields: UpstreamFields;
  /** Whether requests go to the name of the Service. */
  readonly serviceUpstream: boolean;
  /** Whether endpoints that terminate stay as targets without new connections. */
  readonly drains: boolean;
  /** Empty where names end with `svc`. */
  readonly clusterDomain: string;
}

/** Where a Kong service sends its requests. */
interface Destination {
  readonly host: string;
  readonly port: number;
  readonly upstream?: UpstreamEntity;
}

const DEFAULT_PORT = 80;
const NO_TLS: ServiceTls = { fields: {}, references: {} };

/** The Kong service for a Service that does not exist: its upstream has no targets, so that Kong answers 503. */
export function missingServicePart(
  use: ServiceUse,
  tags: readonly string[] = UNKNOWN_SERVICE_TAGS,
): ServicePart {
  const settings = defaultServiceSettings();
  const rest = { plugins: [], upstreamFields: {}, serviceUpstream: false, drains: false, clusterDomain: '' };
  const shared = { settings, tags, ...rest };
  const protocol = serviceProtocol(use.kind, undefined, undefined);
  return partFor(use, shared, protocol, NO_TLS, viaUpstream(use, shared, DEFAULT_PORT, []));
}

/** The port of a Service that is used; undefined where the Service lacks it. */
export function usedPort(
  service: ServiceRecord,
  kind: ServiceUse['kind'],
  port: BackendPort,
): ServicePort | undefined {
  const found = findPort(service, port, kind === 'udp' ? 'UDP' : 'TCP');
  return typeof found === 'string' ? undefined : found;
}

/**
 * The Kong service for one port of a Service.
 *
 * @param port - undefined where the Service lacks it: the upstream has no targets then
 */
export function servicePart(
  service: ServiceRecord,
  port: ServicePort | undefined,
  use: ServiceUse,
  shared: SharedByPorts,
  tls: ServiceTls,
  view: TranslationView,
): ServicePart {
  const destination =
    port === undefined
      ? viaUpstream(use, shared, DEFAULT_PORT, [])
      : destinationOf(service, port, use, shared, view);
  const protocol = serviceProtocol(use.kind, shared.settings.protocol, port);
  return partFor(use, shared, protocol, tls, destination);
}

/** An upstream of one name would only cost Kong time: it is left out where no setting needs it. */
function destinationOf(
  service: ServiceRecord,
  port: ServicePort,
  use: ServiceUse,
  shared: SharedByPorts,
  view: TranslationView,
): Destination {
  if (!isExternalName(service) && !shared.serviceUpstream) {
    return viaUpstream(use, shared, port.port, endpointTargets(service, port, shared.drains, view));
  }
  const { namespace, name } = service.metadata;
  const host = isExternalName(service)
    ? service.externalName
    : serviceHost(namespace, name, shared.clusterDomain);
  if (host === undefined) return viaUpstream(use, shared, port.port, []);
  const needsUpstream =
    shared.settings.hostHeader !== undefined || Object.keys(shared.upstreamFields).length > 0;
  return needsUpstream
    ? viaUpstream(use, shared, port.port, [{ target: hostAndPort(host, port.port) }])
    : { host, port: port.port };
}

/** The name by which a Service is asked for directly. */
function serviceHost(namespace: string, name: string, clusterDomain: string): string {
  return [name, namespace, 'svc', ...(clusterDomain === '' ? [] : [clusterDomain])].join('.');
}

function viaUpstream(
  { upstreamName: name }: ServiceUse,
  { settings, tags, upstreamFields }: SharedByPorts,
  port: number,
  targets: readonly EndpointTarget[],
): Destination {
  const upstream: UpstreamEntity = {
    id: upstreamId(name),
    name,
    ...upstreamFields,
    ...(settings.hostHeader === undefined ? {} : { host_header: settings.hostHeader }),
    ...(targets.length === 0
      ? {}
      : { targets: targets.map((target) => ({ id: targetId(name, target.target), ...target })) }),
    tags,
  };
  return { host: name, port, upstream };
}

function partFor(
  use: ServiceUse,
  { settings, tags, plugins }: SharedByPorts,
  protocol: string,
  tls: ServiceTls,
  to: Destination,
): ServicePart {
  const path = takesPath(protocol) ? (settings.path ?? (use.usedByRule ? '/' : undefined)) : undefined;
  const entity: ServiceEntity = {
    id: serviceId(use.serviceName),
    name: use.serviceName,
    host: to.host,
    port: to.port,
    protocol,
    ...(path === undefined ? {} : { path }),
    ...settings.numbers,
    ...tls.fields,
    tags,
  };
  const part = { type: 'service', entity, plugins, ...tls.references } as const;
  return to.upstream === undefined ? part : { ...part, upstream: to.upstream };
}
