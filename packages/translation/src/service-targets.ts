import type {
  ClusterView,
  EndpointSliceRecord,
  ServicePort,
  ServiceRecord,
  SliceEndpoint,
} from '@silverback/cluster-state';
import { inOnePiece } from './one-piece.ts';

/** A target without its id. */
export interface EndpointTarget {
  /** `address:port` */
  readonly target: string;
  /** 0 where no new connections are wanted; undefined for Kong's own. */
  readonly weight?: 0;
}

/**
 * The endpoints of one port of a Service as Kong takes targets, sorted, each once. Endpoints that are not ready are left
 * out; of several addresses of one endpoint the first counts.
 *
 * @param drains - keeps endpoints that terminate as targets without new connections
 */
export function endpointTargets(
  service: ServiceRecord,
  port: ServicePort,
  drains: boolean,
  view: ClusterView,
): EndpointTarget[] {
  const { namespace, name } = service.metadata;
  const slices = view.lookUp('endpointSlicesByService', `${namespace}/${name}`);
  const targets = new Map<string, EndpointTarget>();
  for (const target of slices.flatMap((slice) => targetsOfSlice(slice, port, drains))) {
    // What is ready anywhere is ready.
    if (targets.get(target.target)?.weight !== undefined || !targets.has(target.target))
      targets.set(target.target, target);
  }
  return [...targets.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
}

function targetsOfSlice(slice: EndpointSliceRecord, wanted: ServicePort, drains: boolean): EndpointTarget[] {
  const ports = slice.ports.filter((port) => port.name === wanted.name && port.protocol === wanted.protocol);
  return ports.flatMap(({ port }) =>
    slice.endpoints.flatMap((endpoint) => {
      const { address } = endpoint;
      if (address === undefined || !(endpoint.ready || (drains && isDraining(endpoint)))) return [];
      const target = hostAndPort(address, port);
      return endpoint.ready ? [{ target }] : [{ target, weight: 0 as const }];
    }),
  );
}

function isDraining({ ready, terminating }: SliceEndpoint): boolean {
  return !ready && terminating;
}

/** IPv6 addresses stand in brackets before a port. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : inOnePiece(host, ':', String(port));
}
