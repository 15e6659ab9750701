import type { EndpointSliceRecord, IpFamily, SliceEndpoint, SlicePort } from '@silverback/cluster-state';
import type { ProxyMember } from './contract.ts';
import { HTTP_PORT_NAMES, type EndpointsSettings } from './endpoints-settings.ts';
import { addressOf, shortestIPv6 } from './proxy-url.ts';
import type { ServiceState } from './service-endpoints.ts';

/** One way to reach a proxy. */
interface Candidate {
  readonly member: ProxyMember;
  /** Equal for candidates that are the same proxy. */
  readonly proxy: string;
  readonly hasPod: boolean;
  readonly terminating: boolean;
  /** Less is better: the family, then the port. */
  readonly rank: readonly [number, number];
}

/** What {@link endpointMembers} goes by. */
export interface EndpointMembersInput {
  readonly origin: string;
  readonly state: ServiceState;
  readonly settings: EndpointsSettings;
  /** Whether ports with a name for http are reached without TLS. */
  readonly insecure: boolean;
  /** The keys that were members until now. */
  readonly known: ReadonlySet<string>;
}

/**
 * The proxies among the endpoints of a Service, sorted by key. A proxy that is not ready is one: a Kong without a
 * database becomes ready only when it has a configuration. A Pod is one proxy whatever its addresses and ports; its
 * address stays as long as the slices have it, else the first of the Service's families and of the settings' ports
 * counts. An endpoint that terminates is leaving, and is no member if it was none before.
 */
export function endpointMembers(input: EndpointMembersInput): ProxyMember[] {
  const proxies = Map.groupBy(candidatesOf(input), ({ proxy }) => proxy);
  const members = [...proxies.values()].flatMap((candidates) => memberOf(candidates, input.known));
  return members.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The names and numbers of ports that endpoints have, for messages; sorted. */
export function offeredPorts(slices: readonly EndpointSliceRecord[]): string[] {
  const ports = slices.filter(({ endpoints }) => endpoints.length > 0).flatMap(({ ports: all }) => all);
  return [
    ...new Set(ports.map(({ name, port }) => (name === '' ? String(port) : `${name} (${port})`))),
  ].sort();
}

function memberOf(candidates: readonly Candidate[], known: ReadonlySet<string>): ProxyMember[] {
  const [best] = candidates.toSorted((a, b) => compare(a, b, known));
  if (!best) return [];
  // A Pod that terminates does not come back, so a slice that says otherwise is older. An address may be used again.
  const terminating = best.hasPod
    ? candidates.some((candidate) => candidate.terminating)
    : candidates.every((candidate) => candidate.terminating);
  if (!terminating) return [best.member];
  return known.has(best.member.key) ? [{ ...best.member, leaving: true }] : [];
}

function compare(a: Candidate, b: Candidate, known: ReadonlySet<string>): number {
  return (
    Number(known.has(b.member.key)) - Number(known.has(a.member.key)) ||
    a.rank[0] - b.rank[0] ||
    a.rank[1] - b.rank[1] ||
    (a.member.key < b.member.key ? -1 : 1)
  );
}

function candidatesOf(input: EndpointMembersInput): Candidate[] {
  const families = input.state.service?.ipFamilies ?? ['IPv4', 'IPv6'];
  return input.state.slices.flatMap((slice) => {
    const family = families.indexOf(slice.addressType as IpFamily);
    return slice.endpoints.flatMap((endpoint) =>
      slice.ports.flatMap((port) =>
        candidateOf(endpoint, port, family < 0 ? families.length : family, input),
      ),
    );
  });
}

function candidateOf(
  endpoint: SliceEndpoint,
  port: SlicePort,
  family: number,
  { settings, insecure, origin }: EndpointMembersInput,
): Candidate[] {
  const { address } = endpoint;
  const portRank = rankOf(port, settings);
  if (address === undefined || portRank === undefined) return [];
  const host = address.includes(':') ? shortestIPv6(address) : address;
  const name = addressOf({ host, port: port.port });
  const { pod } = endpoint;
  return [
    {
      member: {
        key: pod !== undefined && pod.uid !== '' ? `${name}#${pod.uid}` : name,
        name,
        protocol: insecure && HTTP_PORT_NAMES.includes(port.name) ? 'http' : 'https',
        host,
        port: port.port,
        serverName: settings.serverName,
        origin,
      },
      proxy: pod ? `Pod ${pod.uid === '' ? pod.name : pod.uid}` : host,
      hasPod: pod !== undefined,
      terminating: endpoint.terminating,
      rank: [family, portRank],
    },
  ];
}

function rankOf({ name, port, protocol }: SlicePort, settings: EndpointsSettings): number | undefined {
  if (protocol !== 'TCP') return undefined;
  const byName = settings.portNames.indexOf(name);
  if (byName >= 0) return byName;
  const byNumber = settings.portNumbers.indexOf(port);
  return byNumber < 0 ? undefined : settings.portNames.length + byNumber;
}
