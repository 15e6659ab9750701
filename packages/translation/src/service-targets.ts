import type { ClusterView, EndpointSliceRecord, ServicePort, ServiceRecord } from '@silverback/cluster-state';

/**
 * The endpoints of one port of a Service as Kong takes targets: `address:port`, sorted, each once. Endpoints that are
 * not ready are left out; of several addresses of one endpoint the first counts.
 */
export function endpointTargets(service: ServiceRecord, port: ServicePort, view: ClusterView): string[] {
  const { namespace, name } = service.metadata;
  const slices = view.lookUp('endpointSlicesByService', `${namespace}/${name}`);
  return [...new Set(slices.flatMap((slice) => targetsOfSlice(slice, port)))].sort();
}

function targetsOfSlice(slice: EndpointSliceRecord, wanted: ServicePort): string[] {
  const ports = slice.ports.filter((port) => port.name === wanted.name && port.protocol === wanted.protocol);
  const addresses = slice.endpoints
    .filter((endpoint) => endpoint.ready)
    .flatMap((endpoint) => endpoint.addresses.slice(0, 1));
  return ports.flatMap((port) => addresses.map((address) => hostAndPort(address, port.port)));
}

/** IPv6 addresses stand in brackets before a port. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
