import type { BackendPort, ClusterView } from '@silverback/cluster-state';
import { kongServiceName, upstreamName } from './backends.ts';
import { servicesUsedBy } from './ingress.ts';
import { isOurs, isOursByAnnotation } from './ingress-class.ts';

/** One port of a Service that something sends requests, connections or datagrams to. */
export interface ServiceUse {
  readonly kind: 'http' | 'tcp' | 'udp';
  readonly port: BackendPort;
  readonly serviceName: string;
  readonly upstreamName: string;
  /** False where no rule of an Ingress uses it: these Kong services have no path. */
  readonly usedByRule: boolean;
}

/**
 * The uses of a Service by objects of our class, sorted by name. A port that serves requests and connections is two
 * Kong services, because their protocols differ: the second one is named after its transport, unless it is alone.
 */
export function usesOfService(
  namespace: string,
  name: string,
  view: ClusterView,
  ingressClass: string,
): ServiceUse[] {
  const uses = new Map<string, ServiceUse>();
  for (const use of usesByIngresses(namespace, name, view, ingressClass)) {
    const usedByRule = use.usedByRule || (uses.get(use.serviceName)?.usedByRule ?? false);
    uses.set(use.serviceName, { ...use, usedByRule });
  }
  for (const kind of ['tcp', 'udp'] as const) {
    for (const port of streamPorts(kind, namespace, name, view, ingressClass)) {
      const use = streamUse(kind, namespace, name, port, uses);
      uses.set(use.serviceName, use);
    }
  }
  return [...uses.values()].sort((a, b) => (a.serviceName < b.serviceName ? -1 : 1));
}

function usesByIngresses(
  namespace: string,
  name: string,
  view: ClusterView,
  ingressClass: string,
): ServiceUse[] {
  return view.lookUp('usersOfService', `${namespace}/${name}`).flatMap((user) => {
    if (user.kind !== 'Ingress' || !isOurs(user, view, ingressClass)) return [];
    return servicesUsedBy(user, view, ingressClass).flatMap((route) => {
      const { backend } = route;
      if ('facade' in backend || backend.service !== name) return [];
      return {
        kind: 'http' as const,
        port: backend.port,
        serviceName: route.service,
        upstreamName: upstreamName(namespace, backend),
        usedByRule: !route.isDefaultBackend,
      };
    });
  });
}

const STREAM_KINDS = { TCPIngress: 'tcp', UDPIngress: 'udp' } as const;

function streamPorts(
  kind: 'tcp' | 'udp',
  namespace: string,
  name: string,
  view: ClusterView,
  ingressClass: string,
): number[] {
  const users = view.lookUp('usersOfService', `${namespace}/${name}`);
  const ports = users.flatMap((user) => {
    const isStream = user.kind === 'TCPIngress' || user.kind === 'UDPIngress';
    if (!isStream || STREAM_KINDS[user.kind] !== kind) return [];
    if (!isOursByAnnotation(user.metadata, view, ingressClass)) return [];
    return user.rules.flatMap(({ backend }) =>
      backend.service === name && backend.port.number !== undefined ? [backend.port.number] : [],
    );
  });
  return [...new Set(ports)];
}

function streamUse(
  kind: 'tcp' | 'udp',
  namespace: string,
  service: string,
  number: number,
  others: ReadonlyMap<string, ServiceUse>,
): ServiceUse {
  const port = { number };
  const name = kongServiceName(namespace, { service, port });
  const upstream = upstreamName(namespace, { service, port });
  const isShared = others.has(name) || others.has(`${name}.tcp`);
  return {
    kind,
    port,
    serviceName: kind === 'udp' || isShared ? `${name}.${kind}` : name,
    // The endpoints for datagrams can be others than those for connections.
    upstreamName: kind === 'udp' && isShared ? upstream.replace(/\.svc$/, '.udp.svc') : upstream,
    usedByRule: false,
  };
}
