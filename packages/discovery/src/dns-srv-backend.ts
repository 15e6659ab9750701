import type { Cancel, Clock } from '@silverback/clock';
import { isSilverbackError } from '@silverback/errors';
import type {
  BackendServices,
  DiscoveryBackend,
  MembershipSnapshot,
  ProxyDiscovery,
  ProxyMember,
  SourceHealth,
} from './contract.ts';
import { DnsClient } from './dns/dns-client.ts';
import { namesToTry, readResolvConf } from './dns/resolv-conf.ts';
import { lookUpSrv, type SrvResult, type TargetAddresses } from './dns/srv-lookup.ts';
import { parseDnsSrvSettings, type DnsSrvSettings } from './dns-srv-settings.ts';
import { addressOf, shortestIPv6 } from './proxy-url.ts';

const name = 'dnsSrv';

/**
 * A member leaves when this many good answers in a row lack it. DNS servers with caches of their own disagree for a
 * while, and a proxy that leaves and comes back loses its connections for nothing.
 */
const ANSWERS_TO_LEAVE = 2;

/** The targets of SRV records: `dnsSrv: { name: _admin-tls._tcp.kong-admin.kong.svc.cluster.local }`. */
export const dnsSrvBackend: DiscoveryBackend<DnsSrvSettings> = {
  name,
  parseSettings: parseDnsSrvSettings,
  create: (settings, _, services) => new DnsSrvDiscovery(settings, services),
};

interface Known {
  readonly member: ProxyMember;
  /** How many good answers in a row did not have it. */
  readonly missed: number;
}

class DnsSrvDiscovery implements ProxyDiscovery {
  readonly #settings: DnsSrvSettings;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  #report: (snapshot: MembershipSnapshot) => void = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  #cancel: Cancel = () => undefined;
  #addresses: TargetAddresses = new Map();
  #known: ReadonlyMap<string, Known> = new Map();
  #answeredAt: number | undefined;

  constructor(settings: DnsSrvSettings, { clock }: BackendServices) {
    this.#settings = settings;
    this.#clock = clock;
  }

  async start(report: (snapshot: MembershipSnapshot) => void): Promise<void> {
    this.#report = report;
    this.#looking = this.#look();
    await this.#looking;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const outcome = await this.#lookUp();
    if (this.#stopping.signal.aborted) return;
    const nextMs = 'failed' in outcome ? this.#settings.ttlFloorMs : this.#take(outcome);
    const failure = 'failed' in outcome ? outcome.failed : outcome.failure;
    if (!failure) this.#answeredAt = this.#clock.now();
    this.#report({
      origin: name,
      members: [...this.#known.values()].map(({ member }) => member),
      health: failure ? this.#healthAfter(failure) : { state: 'ok' },
      ...(this.#answeredAt !== undefined && { answeredAt: this.#answeredAt }),
    });
    this.#cancel = this.#clock.schedule(nextMs, () => {
      this.#looking = this.#look();
    });
  }

  async #lookUp(): Promise<SrvResult | { readonly failed: Failure }> {
    const { name: query, resolvers, search, timeoutMs, attempts } = this.#settings;
    try {
      const system = resolvers && (search ?? query.endsWith('.')) ? undefined : await readResolvConf();
      const { signal } = this.#stopping;
      const client = new DnsClient({
        clock: this.#clock,
        signal,
        timeoutMs,
        attempts,
        resolvers: resolvers ?? system?.resolvers ?? [],
      });
      const names = namesToTry(query, {
        search: search ?? system?.search ?? [],
        ndots: system?.ndots ?? 1,
      });
      return await lookUpSrv(client, names, this.#addresses);
    } catch (error) {
      if (isSilverbackError(error)) return { failed: error };
      throw error;
    }
  }

  /** @returns when to look again, in ms */
  #take({ proxies, addresses, ttlMs }: SrvResult): number {
    const { ttlFloorMs, ttlCeilingMs } = this.#settings;
    const found = new Map(
      proxies.map((proxy) => this.#memberOf(proxy)).map((member) => [member.key, member]),
    );
    const missing = [...this.#known]
      .filter(([key]) => !found.has(key))
      .map(([key, { member, missed }]) => [key, { member, missed: missed + 1 }] as const)
      .filter(([, { missed }]) => missed < ANSWERS_TO_LEAVE);
    const all = [...missing, ...[...found].map(([key, member]) => [key, { member, missed: 0 }] as const)];
    this.#known = new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
    this.#addresses = addresses;
    return missing.length > 0 ? ttlFloorMs : Math.min(Math.max(ttlMs, ttlFloorMs), ttlCeilingMs);
  }

  #memberOf({ host: found, port }: { readonly host: string; readonly port: number }): ProxyMember {
    const host = found.includes(':') ? shortestIPv6(found) : found;
    const address = addressOf({ host, port });
    const { protocol, serverName } = this.#settings;
    return { key: address, name: address, protocol, host, port, serverName, origin: name };
  }

  #healthAfter({ code, where, message }: Failure): SourceHealth {
    const age = this.#clock.now() - (this.#answeredAt ?? -Infinity);
    const state = age <= this.#settings.keepLastMs ? 'stale' : 'failing';
    return { state, code, message: where === undefined ? message : `${where}: ${message}` };
  }
}

interface Failure {
  readonly code: string;
  readonly where: string | undefined;
  readonly message: string;
}
