import type { Clock } from '@silverback/clock';
import type { MembershipSnapshot, ProxyDiscovery, ProxyMember, SourceHealth } from './contract.ts';
import { mergeDiscoveries } from './merge.ts';

/** One entry of a fleet's `discovery`. */
export interface DiscoverySource {
  /** Unique within the fleet. */
  readonly name: string;
  readonly discovery: ProxyDiscovery;
}

/** One source at one moment, as `/fleets` shows it. */
export interface SourceReport {
  readonly source: string;
  /** How many proxies it knows. */
  readonly members: number;
  readonly health: SourceHealth;
  /**
   * How old its last good answer is, in ms; for one that is told of changes and is well how long ago it heard of anything
   * at all, where it can say, else 0. Absent if there was none.
   */
  readonly lastGoodAgeMs?: number;
}

/** What happened to a source. */
export type SourceEvent = { readonly source: string } & (
  | {
      readonly type: 'members-changed';
      readonly joined: readonly ProxyMember[];
      readonly left: readonly ProxyMember[];
      /** How many there are now. */
      readonly members: number;
    }
  | {
      readonly type: 'failed';
      readonly health: Exclude<SourceHealth, { state: 'ok' }>;
      /** False where the same was told before. */
      readonly isNew: boolean;
    }
  | { readonly type: 'recovered' }
);

export interface FleetDiscoveryOptions {
  readonly clock: Clock;
  /** In the order of the settings. */
  readonly sources: readonly DiscoverySource[];
  readonly onEvent: (event: SourceEvent) => void;
}

/** All sources of a fleet as one discovery, which tells how each of them is doing. */
export class FleetDiscovery implements ProxyDiscovery {
  readonly #sources: readonly WatchedSource[];
  readonly #merged: ProxyDiscovery;

  constructor({ clock, sources, onEvent }: FleetDiscoveryOptions) {
    this.#sources = sources.map((source) => new WatchedSource(source, clock, onEvent));
    this.#merged = mergeDiscoveries(this.#sources, clock);
  }

  start(report: (snapshot: MembershipSnapshot) => void): Promise<void> {
    return this.#merged.start(report);
  }

  stop(): Promise<void> {
    return this.#merged.stop();
  }

  /** The sources that have reported, in the order of the settings. */
  sources(): readonly SourceReport[] {
    return this.#sources.flatMap((source) => source.report() ?? []);
  }
}

class WatchedSource implements ProxyDiscovery {
  readonly #source: DiscoverySource;
  readonly #clock: Clock;
  readonly #onEvent: (event: SourceEvent) => void;
  #last: MembershipSnapshot | undefined;
  #lastGoodAt: number | undefined;

  constructor(source: DiscoverySource, clock: Clock, onEvent: (event: SourceEvent) => void) {
    this.#source = source;
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  start(report: (snapshot: MembershipSnapshot) => void): Promise<void> {
    return this.#source.discovery.start((snapshot) => {
      const before = this.#last;
      this.#lastGoodAt = this.#goodAt(snapshot, before);
      this.#last = snapshot;
      this.#tellHealth(snapshot.health, before?.health);
      this.#tellMembers(snapshot.members, before?.members ?? []);
      report(snapshot);
    });
  }

  stop(): Promise<void> {
    return this.#source.discovery.stop();
  }

  report(): SourceReport | undefined {
    const last = this.#last;
    if (!last) return undefined;
    const isTold = last.health.state === 'ok' && last.answeredAt === undefined;
    const ageMs = isTold ? (this.#source.discovery.ageMs?.() ?? 0) : this.#lastGoodAgeMs();
    return {
      source: this.#source.name,
      members: last.members.length,
      health: last.health,
      ...(ageMs !== undefined && { lastGoodAgeMs: Math.round(ageMs) }),
    };
  }

  #lastGoodAgeMs(): number | undefined {
    return this.#lastGoodAt === undefined ? undefined : this.#clock.now() - this.#lastGoodAt;
  }

  /** A source that is told of changes was right until the moment at which it fails. */
  #goodAt(snapshot: MembershipSnapshot, before: MembershipSnapshot | undefined): number | undefined {
    if (snapshot.answeredAt !== undefined) return snapshot.answeredAt;
    const isGood = snapshot.health.state === 'ok' || before?.health.state === 'ok';
    return isGood ? this.#clock.now() : this.#lastGoodAt;
  }

  #tellHealth(health: SourceHealth, before: SourceHealth | undefined): void {
    const source = this.#source.name;
    if (health.state !== 'ok') {
      const isNew = before?.state !== health.state || before.code !== health.code;
      this.#onEvent({ type: 'failed', source, health, isNew });
    } else if (before && before.state !== 'ok') {
      this.#onEvent({ type: 'recovered', source });
    }
  }

  #tellMembers(members: readonly ProxyMember[], before: readonly ProxyMember[]): void {
    const joined = without(members, before);
    const left = without(before, members);
    if (joined.length === 0 && left.length === 0) return;
    const source = this.#source.name;
    this.#onEvent({ type: 'members-changed', source, joined, left, members: members.length });
  }
}

function without(members: readonly ProxyMember[], others: readonly ProxyMember[]): ProxyMember[] {
  const keys = new Set(others.map(({ key }) => key));
  return members.filter(({ key }) => !keys.has(key));
}
