import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { SilverbackError } from '@silverback/errors';

/** Where a DNS server listens. */
export interface ResolverAddress {
  readonly host: string;
  readonly port: number;
}

/** What the machine says about name resolution. */
export interface SystemResolution {
  readonly resolvers: readonly ResolverAddress[];
  /** Domains that are put behind relative names, in order. */
  readonly search: readonly string[];
  /** A name with at least this many dots is tried as it stands first. */
  readonly ndots: number;
}

const DNS_PORT = 53;
const WITH_PORT = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/;

/** Reads `10.0.0.10`, `10.0.0.10:53`, `fd00::a` or `[fd00::a]:53`; undefined for anything else. */
export function parseResolver(text: string): ResolverAddress | undefined {
  if (isIP(text) !== 0) return { host: text, port: DNS_PORT };
  const [, six, four, digits] = WITH_PORT.exec(text) ?? [];
  const host = six ?? four ?? '';
  const port = Number(digits);
  const fits = isIP(host) === (six === undefined ? 4 : 6) && port >= 1 && port <= 65_535;
  return fits ? { host, port } : undefined;
}

/** Reads the text of a resolv.conf(5): later lines win, as they do for the system. */
export function parseResolvConf(text: string): SystemResolution {
  const resolvers: ResolverAddress[] = [];
  let search: readonly string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver') {
      const resolver = parseResolver(values[0] ?? '');
      if (resolver) resolvers.push(resolver);
    } else if (keyword === 'search' || keyword === 'domain') {
      search = keyword === 'search' ? values : values.slice(0, 1);
    } else if (keyword === 'options') {
      const option = values.map((value) => /^ndots:(\d+)$/.exec(value)?.[1]).findLast(Boolean);
      if (option !== undefined) ndots = Math.min(Number(option), 15);
    }
  }
  return {
    resolvers: resolvers.length > 0 ? resolvers : [{ host: '127.0.0.1', port: DNS_PORT }],
    search,
    ndots,
  };
}

/** @throws SilverbackError `DnsResolversUnknown` */
export async function readResolvConf(path = '/etc/resolv.conf'): Promise<SystemResolution> {
  try {
    return parseResolvConf(await readFile(path, 'utf8'));
  } catch (cause) {
    const message = 'cannot be read, and the settings name no resolvers';
    throw new SilverbackError('DnsResolversUnknown', { where: path, message, cause });
  }
}

/**
 * The absolute names that a name may stand for, in the order in which they are tried. One with a final dot stands for
 * itself only.
 */
export function namesToTry(name: string, { search, ndots }: Omit<SystemResolution, 'resolvers'>): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain.replace(/\.$/, '')}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}
