import { isSilverbackError, SilverbackError } from '@silverback/errors';
import type { DnsClient } from './dns-client.ts';
import type { DnsMessage, DnsRecord, SrvTarget } from './dns-message.ts';

/** Addresses of a target, by its name. */
export type TargetAddresses = ReadonlyMap<string, readonly string[]>;

/** What a lookup found. */
export interface SrvResult {
  /** Each target with its port and one of its addresses. */
  readonly proxies: readonly { readonly host: string; readonly port: number }[];
  /** To be given to the next lookup. */
  readonly addresses: TargetAddresses;
  /** The shortest TTL of what was used, in ms. */
  readonly ttlMs: number;
  /** Why the addresses of a target are those of the last lookup; absent where all were answered. */
  readonly failure?: SilverbackError;
}

interface Addresses {
  readonly found: readonly string[];
  readonly ttls: readonly number[];
  readonly failure?: SilverbackError;
}

/** Labels may hold any bytes (RFC 2181, 11); only some make a name that can be asked for again. */
const LABEL = '[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?';
const HOST = new RegExp(`^(?=.{1,253}$)${LABEL}(\\.${LABEL})*$`);
const LONGEST_CHAIN = 8;
/** So many targets are asked for at once; after as many failures the others are left for the next lookup. */
const AT_ONCE = 16;

/**
 * Looks up the proxies behind an SRV name: each address of each target, IPv4 where a target has both. Addresses that
 * the server sends along are used; the others are asked for. A target that does not exist has no proxies.
 *
 * @param names - absolute names that are tried in order; the first that has SRV records counts
 * @param last - addresses found before, which count for targets that can't be looked up now
 * @throws SilverbackError as {@link DnsClient.query} does, for the SRV records
 */
export async function lookUpSrv(
  client: DnsClient,
  names: readonly string[],
  last: TargetAddresses,
): Promise<SrvResult> {
  const { name, message } = await querySrv(client, names);
  const records = follow(name, message.answers);
  const targets = records.flatMap((record) =>
    record.type === 'SRV' && isProxy(record.data) ? [record.data] : [],
  );
  const hosts = [...new Set(targets.map(({ target }) => target))];
  const addresses = new Map<string, Addresses>();
  const failures: SilverbackError[] = [];
  const givenUp = (): SilverbackError | undefined => (failures.length < AT_ONCE ? undefined : failures[0]);
  await forEach(hosts, async (host) => {
    const sent = pick(host, 'A', message.additionals);
    const reason = sent.found.length > 0 ? undefined : givenUp();
    const found = reason
      ? lastOf(host, last, reason)
      : await addressesOf(client, host, message.additionals, last);
    addresses.set(host, found);
    if (found.failure) failures.push(found.failure);
  });
  const ttls = [
    ...message.answers.map(({ ttl }) => ttl),
    ...[...addresses.values()].flatMap(({ ttls }) => ttls),
  ];
  const [failure] = failures;
  return {
    proxies: targets.flatMap(({ target, port }) =>
      (addresses.get(target)?.found ?? []).map((host) => ({ host, port })),
    ),
    addresses: new Map([...addresses].map(([host, { found }]) => [host, found])),
    ttlMs: 1000 * Math.min(...(records.length === 0 ? [message.negativeTtl] : ttls)),
    ...(failure && { failure }),
  };
}

/**
 * A name that does not exist, or that no server is there for (it refuses names outside of its zones), gives way to the
 * next one; any other failure does not, or a wrong name could count.
 */
async function querySrv(
  client: DnsClient,
  names: readonly string[],
): Promise<{ readonly name: string; readonly message: DnsMessage }> {
  let empty: { readonly name: string; readonly message: DnsMessage } | undefined;
  let missing: unknown;
  let refused: SilverbackError | undefined;
  for (const name of names) {
    try {
      const message = await client.query(name, 'SRV');
      if (follow(name.toLowerCase(), message.answers).some(({ type }) => type === 'SRV')) {
        return { name: name.toLowerCase(), message };
      }
      empty ??= { name, message };
    } catch (error) {
      if (isSilverbackError(error, 'DnsNameRefused')) refused ??= error;
      else if (isSilverbackError(error, 'DnsNameNotFound')) missing ??= error;
      else throw error;
    }
  }
  // The name that was refused may be the one that has proxies.
  if (refused) throw refused;
  if (empty) return empty;
  throw missing;
}

/** RFC 2782: the target "." says that there is no such service. */
function isProxy({ target, port }: SrvTarget): boolean {
  return target !== '' && port > 0;
}

/** The records of a name, or of the name that it stands for. */
function follow(name: string, records: readonly DnsRecord[]): readonly DnsRecord[] {
  let current = name;
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const here = records.filter((record) => record.name === current);
    const alias = here.find((record) => record.type === 'CNAME');
    if (alias?.type !== 'CNAME') return here;
    current = alias.data;
  }
  return [];
}

function lastOf(host: string, last: TargetAddresses, failure: SilverbackError): Addresses {
  return { found: last.get(host) ?? [], ttls: [0], failure };
}

async function addressesOf(
  client: DnsClient,
  host: string,
  additionals: readonly DnsRecord[],
  last: TargetAddresses,
): Promise<Addresses> {
  if (!HOST.test(host)) {
    const message = `the target ${JSON.stringify(host)} is no host name`;
    return lastOf(host, last, new SilverbackError('DnsAnswerInvalid', { message }));
  }
  const sent = pick(host, 'A', additionals);
  if (sent.found.length > 0) return sent;
  try {
    const four = await client.query(host, 'A');
    const asked = pick(host, 'A', four.answers);
    if (asked.found.length > 0) return asked;
    const sentSix = pick(host, 'AAAA', additionals);
    if (sentSix.found.length > 0) return sentSix;
    const six = await client.query(host, 'AAAA');
    const found = pick(host, 'AAAA', six.answers);
    return found.found.length > 0 ? found : { found: [], ttls: [six.negativeTtl] };
  } catch (error) {
    if (isSilverbackError(error, 'DnsNameNotFound')) return { found: [], ttls: [0] };
    if (isSilverbackError(error)) return lastOf(host, last, error);
    throw error;
  }
}

function pick(host: string, type: 'A' | 'AAAA', records: readonly DnsRecord[]): Addresses {
  const found = follow(host, records).filter((record) => record.type === type);
  return { found: found.map(({ data }) => data as string), ttls: found.map(({ ttl }) => ttl) };
}

async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
