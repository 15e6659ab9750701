import { TimeSlices } from '@silverback/clock';
import type { Problem } from '@silverback/errors';
import { FanOut, unsuitability, type FanOutEvent } from '@silverback/fan-out';
import { secretTexts, type FragmentMap, type Payload, type ProxyFacts } from '@silverback/kong-configuration';
import { EventFeed } from './event-feed.ts';
import type { FleetEventBody, FleetEventRecord } from './events.ts';
import type { FleetOptions, Member } from './fleet-options.ts';
import type { Group } from './group.ts';
import { Groups } from './groups.ts';
import { FleetMemory } from './memory.ts';
import { groupOutcomes, type GroupOutcome } from './outcome.ts';
import { secretsNamedIn } from './named-secrets.ts';
import { Reach } from './reach.ts';
import type { QuarantineEntry } from './quarantine.ts';
import { fleetReport, type FleetReport } from './report.ts';
import { DEFAULT_HELD_RETRY } from './retries.ts';
import type { LedgerEntry } from './state/stores.ts';
import { ledgerEntries, StoredState } from './stored-state.ts';
import { assumedFacts, factsOf, type Translation } from './translation.ts';

/** How long a group's last accepted configuration waits after a start for the first proxy of the group, in ms. */
const KEPT_AFTER_START_MS = 600_000;

/** What the resources said last. */
interface Input {
  readonly translation: Translation;
  readonly problems: readonly Problem[];
  readonly isComplete: boolean;
}

/**
 * The proxies of a fleet, in groups that each get a payload of their own: what a proxy says of itself decides which.
 * See {@link Group} for what a group does.
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #fanOut: FanOut;
  readonly #feed: EventFeed;
  readonly #memory: FleetMemory;
  readonly #groups: Groups;
  readonly #stored = new StoredState();
  #loadedAt = 0;
  readonly #reach: Reach;
  #input: Input | undefined;
  #isLedgerKnown = true;

  constructor(options: FleetOptions) {
    const { name, clock, connect, random, timing, mayPush, mayRestore, pins = {} } = options;
    this.#options = options;
    this.#feed = new EventFeed(name, clock);
    this.#reach = new Reach(clock);
    if (options.onEvent) this.#feed.subscribe(options.onEvent);
    this.#memory = new FleetMemory(options.stores, (code, reason) => {
      this.#feed.add({ type: 'state-failed', code, reason });
    });
    this.#fanOut = new FanOut({
      clock,
      connect,
      pins,
      ...(random && { random }),
      ...(timing && { timing }),
      ...(mayPush && { mayPush }),
      ...(mayRestore && { mayRestore }),
      onEvent: (event) => {
        this.#hear(event);
      },
    });
    this.#groups = new Groups(this.#groupOptions(), assumedFacts(pins), (group) => {
      this.#stored.restore(group);
    });
  }

  /**
   * Reads what was kept over a restart. Must have resolved before anything else is set, or what was kept would be ignored.
   * A ledger that other replicas write too is not waited for: until it is known nothing is composed.
   */
  async load(): Promise<void> {
    this.#isLedgerKnown = false;
    this.#loadedAt = this.#options.clock.now();
    this.#memory.followLedger((entries) => {
      this.#takeLedger(entries);
    });
    this.#stored.setAccepted(await this.#memory.loadAccepted());
    this.#groups.setFacets(this.#stored.facets);
    const reading = this.#memory.loadLedger().then((entries) => {
      this.#isLedgerKnown = true;
      this.#takeLedger(entries);
      if (this.#input) this.#feedGroups(this.#input, () => true);
    });
    if (!this.#memory.isShared) await reading;
  }

  /** Whether it is known what was refused before: nothing is composed before that. */
  get isLedgerKnown(): boolean {
    return this.#isLedgerKnown;
  }

  /** Sets the proxies of the fleet. None is a normal state. */
  setMembers(members: readonly Member[]): void {
    this.#fanOut.setMembers(members);
  }

  /**
   * Sets what the resources say now.
   *
   * @param translation - gives the fragments of a complete translation, for each group those for its proxies
   * @param problems - those that don't come from fragments, such as files that can't be read
   * @param isComplete - false while a part of the source has never been read since the start
   */
  setTranslation(translation: Translation, problems: readonly Problem[], isComplete = true): void {
    this.#input = { translation, problems, isComplete };
    if (this.#isLedgerKnown) this.#feedGroups(this.#input, () => true);
    // Proxies of a group of their own may be found later than the resources.
    const isOld = this.#options.clock.now() - this.#loadedAt > KEPT_AFTER_START_MS;
    if (isComplete && isOld) this.#stored.forgetAccepted();
  }

  /**
   * Tells that the source was read anew since the last translation: the next one is looked at as the first after a start,
   * because something may be missing from it that nobody has deleted.
   */
  sourceReread(): void {
    for (const group of this.#groups.all()) group.guardAgain();
  }

  /** The distinct facts of the proxies: a translation that has their fragments ready saves time. */
  get facts(): readonly ProxyFacts[] {
    return this.#groups.facts();
  }

  /**
   * Whether a Secret is needed for what may have to be held, whatever the resources name by now: its proxies have accepted
   * something that names it. A source must not forget it.
   *
   * @param secret - `namespace/name`
   */
  needsSecret(secret: string): boolean {
    return this.#stored.namesSecret(secret) || this.#groups.all().some((group) => group.namesSecret(secret));
  }

  /** The fleet as it is now. */
  report(): FleetReport {
    return fleetReport({
      name: this.#options.name,
      sessions: this.#fanOut.sessions(),
      sourceProblems: this.#input?.problems ?? [],
      groups: this.#groups.active().map((group) => group.reportInput()),
    });
  }

  /** What became of the resources, in each group of proxies: for their status. */
  outcomes(): readonly GroupOutcome[] {
    return groupOutcomes({
      name: this.#options.name,
      groups: this.#groups.active(),
      sessions: this.#fanOut.sessions(),
      reach: this.#reach,
      sourceProblems: this.#input?.problems ?? [],
    });
  }

  /** The newest payload of the group with the most proxies, whatever became of it. Holds secrets. */
  get desired(): Payload | undefined {
    return this.#groups.active()[0]?.newest?.payload;
  }

  /** The texts of that payload that come from Secrets and stand where they can't be known by their place. */
  get desiredSecrets(): ReadonlySet<string> {
    return secretTexts(this.#groups.active()[0]?.newest?.fragments.values() ?? []);
  }

  /** What happened after the event with this id, as far as it is kept: see {@link EventFeed}. */
  events(after = 0): readonly FleetEventRecord[] {
    return this.#feed.after(after);
  }

  /** Whether a proxy may still apply what was handed over to it: its answer has not come. Also to be asked after the end. */
  get isOwedAnswers(): boolean {
    return this.#fanOut.isOwedAnswers;
  }

  /** Ends all sessions, and waits for what is being stored. */
  async stop(): Promise<void> {
    for (const group of this.#groups.all()) group.stop();
    this.#input = undefined;
    await this.#fanOut.stop();
    await this.#memory.stop();
  }

  #groupOptions() {
    const { clock, slices = new TimeSlices(clock), shrinkGuard = true } = this.#options;
    const { random = Math.random, mayPush = () => true, heldRetry = DEFAULT_HELD_RETRY } = this.#options;
    return {
      clock,
      slices,
      random,
      mayPush,
      heldRetry,
      shrinkGuard,
      fanOut: this.#fanOut,
      tell: (group: Group, event: FleetEventBody) => {
        this.#feed.add({ ...event, group: group.name });
        if (event.type === 'composed') queueMicrotask(this.#followFacets);
      },
      saveLedger: (group: Group, more: Parameters<Group['restore']>[0]) => this.#saveLedger(group, more),
      saveAccepted: (group: Group, composition: Parameters<FleetMemory['saveAccepted']>[1]) => {
        this.#memory.saveAccepted(group.answers, composition);
      },
    };
  }

  /** Gives groups their fragments. Asking for them may bring up facets that tell proxies apart which were alike. */
  #feedGroups({ translation, isComplete }: Input, isWanted: (group: Group) => boolean): void {
    let fragments: Map<Group, FragmentMap | undefined>;
    let facets: string;
    do {
      facets = translation.facets.join();
      this.#groups.setFacets(translation.facets);
      fragments = new Map(
        this.#groups
          .active()
          .filter((group) => isWanted(group) || group.needsFragments)
          .map((group) => [group, translation.fragmentsFor(group.facts)]),
      );
    } while (facets !== translation.facets.join());
    for (const [group, some] of fragments) {
      if (some) group.setFragments(some, isComplete, translation.currentResources?.(group.facts));
    }
  }

  /** What held forms need may have brought up facets that nobody asked for before. */
  #followFacets = (): void => {
    const input = this.#input;
    if (input && this.#groups.hasOtherFacets(input.translation.facets)) this.#feedGroups(input, () => true);
  };

  #hear(event: FanOutEvent): void {
    this.#feed.add(event);
    this.#reach.hear(event);
    const { key } = event.proxy;
    if (event.type === 'information-read') this.#place(key, event.information);
    else if (event.type === 'left') this.#groups.remove(key);
    else this.#groups.of(key)?.hear(event);
  }

  #place(key: string, information: Extract<FanOutEvent, { type: 'information-read' }>['information']): void {
    if (unsuitability(information)) {
      this.#groups.remove(key);
      this.#fanOut.setDesired(key, undefined);
    } else if (this.#groups.place(key, factsOf(information)) && this.#input && this.#isLedgerKnown) {
      this.#feedGroups(this.#input, () => false);
    }
  }

  #takeLedger(entries: readonly LedgerEntry[]): void {
    this.#stored.setEntries(entries);
    if (this.#input === undefined) this.#groups.setFacets(this.#stored.facets);
    const secrets = secretsNamedIn(entries.flatMap(({ forms = [] }) => forms));
    if (secrets.length > 0) this.#options.onSecretsNeeded?.(secrets);
    for (const group of this.#groups.all()) group.setLedger(this.#stored.claim(group));
  }

  #saveLedger(group: Group, more: Parameters<Group['restore']>[0]): Promise<void> {
    const news = more.map((entry) => ({ ...entry, facets: group.answers }));
    const isNew = ({ root, fragmentHash }: QuarantineEntry): boolean =>
      more.some((entry) => entry.root === root && entry.fragmentHash === fragmentHash);
    const olds = this.#groups
      .all()
      .flatMap((some) => ledgerEntries(some).filter((entry) => some !== group || !isNew(entry)));
    return this.#memory.saveLedger([...olds, ...news, ...this.#stored.unclaimed]);
  }
}
