import { parseResolver, type ResolverAddress } from './dns/resolv-conf.ts';
import type { BackendContext, ParsedSettings } from './contract.ts';
import { HTTP_PORT_NAMES } from './endpoints-settings.ts';
import { serverNameMistake } from './server-name.ts';
import { readSettings } from './settings-reader.ts';

/** Which SRV records are proxies, and how they are asked for. Times in ms. */
export interface DnsSrvSettings {
  /** Absolute with a final dot; else search domains count. */
  readonly name: string;
  /** Absent for those of the machine. */
  readonly resolvers?: readonly ResolverAddress[];
  /** Absent for those of the machine. */
  readonly search?: readonly string[];
  /** An answer is good for at least this long, whatever its TTL says. */
  readonly ttlFloorMs: number;
  /** An answer is good for at most this long. */
  readonly ttlCeilingMs: number;
  /** How long the last good answer is trusted while no new one comes. */
  readonly keepLastMs: number;
  /** How long one DNS server may take for one answer. */
  readonly timeoutMs: number;
  /** How often each DNS server is asked in one lookup. */
  readonly attempts: number;
  readonly protocol: 'https' | 'http';
  /** The name that certificates must carry. */
  readonly serverName: string;
}

const ALLOWED = [
  'name',
  'resolvers',
  'search',
  'ttlFloor',
  'ttlCeiling',
  'keepLast',
  'timeout',
  'attempts',
  'serverName',
];
const LABEL = '[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?';
const NAME = new RegExp(`^(?=.{1,254}$)${LABEL}(\\.${LABEL})*\\.?$`, 'i');

/** Reads `dnsSrv: { name, resolvers, search, ttlFloor, ttlCeiling, keepLast, timeout, attempts, serverName }`. */
export function parseDnsSrvSettings(
  value: unknown,
  { insecure }: BackendContext,
): ParsedSettings<DnsSrvSettings> {
  return readSettings(value, 'dnsSrv', ALLOWED, (reader) => {
    const name = reader.requiredText('name', 'the name of SRV records', nameMistake);
    const resolvers = reader.list<string>('resolvers', 'string', resolverMistake);
    if (resolvers?.length === 0)
      reader.reject('resolvers', 'must not be empty; leave it out for those of the machine');
    const search = reader.list<string>('search', 'string', nameMistake);
    const ttlFloorMs = reader.duration('ttlFloor', 5000);
    const ttlCeilingMs = reader.duration('ttlCeiling', 300_000);
    if (ttlCeilingMs < ttlFloorMs) reader.reject('ttlCeiling', 'must not be less than ttlFloor');
    return {
      name,
      ...(resolvers && { resolvers: resolvers.flatMap((text) => parseResolver(text) ?? []) }),
      ...(search && { search }),
      ttlFloorMs,
      ttlCeilingMs,
      keepLastMs: reader.duration('keepLast', 600_000),
      timeoutMs: reader.duration('timeout', 2000),
      attempts: reader.integer('attempts', 2, 1, 10),
      protocol: insecure && HTTP_PORT_NAMES.includes(serviceOf(name)) ? 'http' : 'https',
      serverName: reader.text('serverName', serverNameMistake) ?? domainOf(name),
    };
  });
}

function nameMistake(text: string): string | undefined {
  return NAME.test(text)
    ? undefined
    : 'must be a DNS name, such as _admin-tls._tcp.kong-admin.kong.svc.cluster.local';
}

function resolverMistake(text: string): string | undefined {
  return parseResolver(text)
    ? undefined
    : 'must be an IP address with or without a port, such as 10.96.0.10:53';
}

/** `admin-tls` of `_admin-tls._tcp.example.com`. */
function serviceOf(name: string): string {
  return /^_([^.]+)\./.exec(name)?.[1] ?? '';
}

/** The name without its service and protocol (RFC 2782): what the user named, not what DNS answers. */
function domainOf(name: string): string {
  const labels = name.replace(/\.$/, '').split('.');
  return labels.slice(labels.findIndex((label) => !label.startsWith('_'))).join('.');
}
