import type {
  BackendPort,
  ClusterView,
  ServiceBackend,
  ServicePort,
  ServiceRecord,
} from '@silverback/cluster-state';
import { inOnePiece } from './one-piece.ts';

/** Where a rule of an Ingress sends requests: a port of a Service, or a KongServiceFacade. */
export type RouteBackend = ServiceBackend | FacadeBackend;

/** A KongServiceFacade of the Ingress's namespace. */
export interface FacadeBackend {
  readonly facade: string;
}

/** How a port stands in the names of Kong entities: number or name, `implicitPort` where neither is given. */
export function portText(port: BackendPort): string {
  return port.number === undefined ? (port.name ?? 'implicitPort') : String(port.number);
}

/** Name of the Kong service for one port of a Service: the one that Kong's own controller gives it. */
export function kongServiceName(namespace: string, backend: ServiceBackend): string {
  return inOnePiece(namespace, '.', backend.service, '.', portText(backend.port));
}

/** Name of the Kong upstream for one port of a Service, which is the host of the Kong service. */
export function upstreamName(namespace: string, backend: ServiceBackend): string {
  return inOnePiece(backend.service, '.', namespace, '.', portText(backend.port), '.svc');
}

/** Name of the Kong service for a facade, and of its upstream. */
export function facadeServiceName(namespace: string, facade: string): string {
  return `${namespace}.${facade}${FACADE_END}`;
}

/**
 * The backend that a Kong service stands for: {@link kongServiceName} and {@link facadeServiceName} turned round.
 *
 * @param namespace - that of the backend
 * @param kongService - the name of the Kong service; what tells transports apart at its end makes no difference
 * @returns undefined where no backend of the namespace has the name
 */
export function backendOfKongService(namespace: string, kongService: string): RouteBackend | undefined {
  if (!kongService.startsWith(`${namespace}.`)) return undefined;
  const rest = kongService.slice(namespace.length + 1);
  if (rest.endsWith(FACADE_END)) return { facade: rest.slice(0, -FACADE_END.length) };
  const [, service, port] = /^(.+?)\.([^.]+)(?:\.(?:tcp|udp))?$/.exec(rest) ?? [];
  return service === undefined || port === undefined ? undefined : { service, port: portOf(port) };
}

const FACADE_END = '.svc.facade';

function portOf(text: string): BackendPort {
  if (text === 'implicitPort') return {};
  return /^\d+$/.test(text) ? { number: Number(text) } : { name: text };
}

/** The transports over which a port can be reached. */
export type Transport = 'TCP' | 'UDP';

/**
 * Finds the port of a Service that a backend means: by number, by its name or that of its target port, or the only one.
 *
 * @param transport - goes before where two ports have one number
 * @returns the port, or what is wrong in words
 */
export function findPort(
  service: ServiceRecord,
  wanted: BackendPort,
  transport: Transport,
): ServicePort | string {
  if (wanted.number !== undefined) return portByNumber(service, wanted.number, transport);
  if (wanted.name !== undefined) return portByName(service, wanted.name);
  const [only, ...others] = service.ports;
  return only !== undefined && others.length === 0
    ? only
    : `the backend leaves the port open, but the Service has ${service.ports.length} ports`;
}

function portByNumber(service: ServiceRecord, number: number, transport: Transport): ServicePort | string {
  const found = service.ports.filter(({ port }) => port === number);
  const [first] = found;
  if (first !== undefined) return found.find(({ protocol }) => protocol === transport) ?? first;
  // The name of another host stands behind an ExternalName Service: it may listen on any port.
  if (isExternalName(service)) return { name: '', port: number, protocol: transport };
  return `the Service has no port ${number}`;
}

function portByName(service: ServiceRecord, name: string): ServicePort | string {
  if (isExternalName(service)) return 'a port of an ExternalName Service is given by its number';
  return (
    service.ports.find((port) => port.name === name) ??
    service.ports.find((port) => port.targetPort === name) ??
    `the Service has no port named ${JSON.stringify(name)}`
  );
}

/** Whether a Service stands for a host name outside the cluster. */
export function isExternalName(service: ServiceRecord): boolean {
  return service.type === 'ExternalName';
}

/** A backend that cannot be served. */
export interface BackendFault {
  readonly code: 'ServiceNotFound' | 'ServicePortNotFound';
  readonly message: string;
}

/** Why requests to a port of a Service can only be answered with an error; undefined where nothing is wrong. */
export function faultOfBackend(
  namespace: string,
  backend: ServiceBackend,
  view: ClusterView,
  transport: Transport = 'TCP',
): BackendFault | undefined {
  const service = view.get('Service', namespace, backend.service);
  if (service === undefined) {
    return { code: 'ServiceNotFound', message: `there is no Service ${namespace}/${backend.service}` };
  }
  const port = findPort(service, backend.port, transport);
  return typeof port === 'string'
    ? { code: 'ServicePortNotFound', message: `${namespace}/${backend.service}: ${port}` }
    : undefined;
}
