import type { BackendPort, ClusterView, ServicePort, ServiceRecord } from '@silverback/cluster-state';
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
import { defaultServiceSettings, takesPath, type ServiceSettings } from './service-annotations.ts';
import { endpointTargets, hostAndPort } from './service-targets.ts';
import { UNKNOWN_SERVICE_TAGS } from './tags.ts';

/** One port of a Service that Ingresses send requests to. */
export interface UsedPort {
  readonly port: BackendPort;
  readonly serviceName: string;
  readonly upstreamName: string;
  /** False where only default backends use it: these Kong services have no path. */
  readonly usedByRule: boolean;
}

/** What all Kong services of a Service share. */
export interface SharedByPorts {
  readonly settings: ServiceSettings;
  readonly tags: readonly string[];
  readonly plugins: readonly PluginReference[];
}

/** Where a Kong service sends its requests. */
interface Destination {
  readonly host: string;
  readonly port: number;
  readonly upstream?: UpstreamEntity;
}

const DEFAULT_PORT = 80;

/** The Kong service for a Service that does not exist: its upstream has no targets, so that Kong answers 503. */
export function missingServicePart(used: UsedPort): ServicePart {
  const shared = { settings: defaultServiceSettings(), tags: UNKNOWN_SERVICE_TAGS, plugins: [] };
  return partFor(used, shared, viaUpstream(used, shared, DEFAULT_PORT, []));
}

/** The Kong service for one port of a Service. Where the Service lacks the port, its upstream has no targets. */
export function servicePart(
  service: ServiceRecord,
  used: UsedPort,
  shared: SharedByPorts,
  view: ClusterView,
): ServicePart {
  const port = findPort(service, used.port);
  const destination =
    typeof port === 'string'
      ? viaUpstream(used, shared, DEFAULT_PORT, [])
      : destinationOf(service, port, used, shared, view);
  return partFor(used, shared, destination);
}

/** An upstream of one name would only cost Kong time: it is left out where no setting needs it. */
function destinationOf(
  service: ServiceRecord,
  { port, ...rest }: ServicePort,
  used: UsedPort,
  shared: SharedByPorts,
  view: ClusterView,
): Destination {
  if (!isExternalName(service) && !shared.settings.serviceUpstream) {
    return viaUpstream(used, shared, port, endpointTargets(service, { port, ...rest }, view));
  }
  const { namespace, name } = service.metadata;
  const host = isExternalName(service) ? service.externalName : `${name}.${namespace}.svc`;
  if (host === undefined) return viaUpstream(used, shared, port, []);
  return shared.settings.hostHeader === undefined
    ? { host, port }
    : viaUpstream(used, shared, port, [hostAndPort(host, port)]);
}

function viaUpstream(
  { upstreamName: name }: UsedPort,
  { settings, tags }: SharedByPorts,
  port: number,
  targets: readonly string[],
): Destination {
  const upstream: UpstreamEntity = {
    id: upstreamId(name),
    name,
    ...(settings.hostHeader === undefined ? {} : { host_header: settings.hostHeader }),
    ...(targets.length === 0
      ? {}
      : { targets: targets.map((target) => ({ id: targetId(name, target), target })) }),
    tags,
  };
  return { host: name, port, upstream };
}

function partFor(used: UsedPort, { settings, tags, plugins }: SharedByPorts, to: Destination): ServicePart {
  const path = pathOf(used, settings);
  const entity: ServiceEntity = {
    id: serviceId(used.serviceName),
    name: used.serviceName,
    host: to.host,
    port: to.port,
    protocol: settings.protocol,
    ...(path === undefined ? {} : { path }),
    ...settings.numbers,
    tags,
  };
  const part = { type: 'service', entity, plugins } as const;
  return to.upstream === undefined ? part : { ...part, upstream: to.upstream };
}

function pathOf(used: UsedPort, settings: ServiceSettings): string | undefined {
  if (!takesPath(settings.protocol)) return undefined;
  return settings.path ?? (used.usedByRule ? '/' : undefined);
}
