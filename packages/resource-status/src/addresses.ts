import { isIP } from 'node:net';

/** An address in `status.loadBalancer.ingress`. */
export type LoadBalancerAddress = { readonly ip: string } | { readonly hostname: string };

/** What is known of the Service whose addresses are published. */
export interface PublishedService {
  /** Its `spec.type`. */
  readonly type: string;
  readonly clusterIPs: readonly string[];
  /** Its `status.loadBalancer.ingress`. */
  readonly loadBalancer: readonly { readonly ip?: string; readonly hostname?: string }[];
}

/**
 * The addresses that Ingresses show: those of the settings, else those of the load balancer of the Service, else those
 * under which the cluster reaches it (as Kong's own controller does). Sorted, each once.
 *
 * @param given - IP addresses or host names of the settings
 * @param service - undefined where no Service is named, or it does not exist
 */
export function publishedAddresses(
  given: readonly string[],
  service: PublishedService | undefined,
): readonly LoadBalancerAddress[] {
  const texts = given.length > 0 ? given : service === undefined ? [] : addressesOf(service);
  return [...new Set(texts)].sort().map((text) => (isIP(text) === 0 ? { hostname: text } : { ip: text }));
}

function addressesOf({ type, clusterIPs, loadBalancer }: PublishedService): string[] {
  if (type !== 'LoadBalancer') return clusterIPs.filter((address) => isIP(address) !== 0);
  return loadBalancer.flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
}
