import type { Cancel } from '@silverback/clock';
import type { Problem } from '@silverback/errors';
import { FanOut, isEmptyHash, type FanOutEvent } from '@silverback/fan-out';
import type { Fragment, Payload, RootKey } from '@silverback/kong-configuration';
import { AcceptedHashes } from './accepted-hashes.ts';
import { changedRoots, compose, withoutRoots, type Composition } from './composition.ts';
import { EventFeed } from './event-feed.ts';
import type { FleetEventRecord } from './events.ts';
import type { FleetOptions, Member } from './fleet-options.ts';
import { ReplacedCompositions } from './replaced-compositions.ts';
import { FleetMemory } from './memory.ts';
import { Quarantine, type QuarantineEntry } from './quarantine.ts';
import { ProxyRecords } from './proxy-records.ts';
import { fleetReport, type FleetReport } from './report.ts';
import { foundRoots, refusedRoots } from './refused-roots.ts';
import { ShrinkGuard } from './shrink-guard.ts';
import { Trial, type Refusal } from './trial.ts';
import { UnnamedSearch } from './unnamed-search.ts';

/**
 * Decides what the proxies of a fleet should hold, and holds back what Kong refuses.
 *
 * A new payload is a candidate: trial proxies get it first, the first acceptance releases it to all. A refusal that names
 * entities puts the resources behind them into quarantine; the rest becomes the next candidate.
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #fanOut: FanOut;
  readonly #feed: EventFeed;
  readonly #quarantine = new Quarantine();
  readonly #accepted = new AcceptedHashes();
  readonly #records = new ProxyRecords();
  readonly #replaced = new ReplacedCompositions();
  readonly #memory: FleetMemory;
  readonly #shrinkGuard: ShrinkGuard;
  #current: ReadonlyMap<RootKey, Fragment> | undefined;
  #sourceProblems: readonly Problem[] = [];
  /** What was served before the start and has not been seen since, while a part of the source is unread. */
  #unseen: ReadonlyMap<RootKey, Fragment> = new Map();
  /** What was accepted before the start of this controller: for empty proxies until something newer is known. */
  #restored: Composition | undefined;
  #search: UnnamedSearch | undefined;
  /** Set while the ledger is being stored: nothing is composed until it is. */
  #isStoring = false;
  /** The newest accepted composition: what every proxy outside a trial should hold. */
  #stable: Composition | undefined;
  #candidate: { readonly composition: Composition; readonly trial: Trial } | undefined;
  /** The newest composition, whatever became of it: its problems are the ones that count. */
  #newest: Composition | undefined;
  #unnamed: { readonly hash: string; readonly reason: string } | undefined;
  #sequence = 0;
  #cancelTimer: Cancel = () => undefined;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#feed = new EventFeed(options.name, options.clock);
    if (options.onEvent) this.#feed.subscribe(options.onEvent);
    this.#shrinkGuard = new ShrinkGuard(options.clock, options.shrinkGuard ?? true, () => {
      this.#recompose();
    });
    this.#memory = new FleetMemory(options.stores, (code, reason) => {
      this.#feed.add({ type: 'state-failed', code, reason });
    });
    this.#fanOut = new FanOut({
      clock: options.clock,
      connect: options.connect,
      ...(options.random && { random: options.random }),
      ...(options.timing && { timing: options.timing }),
      ...(options.mayPush && { mayPush: options.mayPush }),
      onEvent: (event) => {
        this.#hear(event);
      },
    });
  }

  /**
   * Reads what was kept over a restart. Must have resolved before anything else is set, or the ledger would be ignored.
   */
  async load(): Promise<void> {
    const { entries, accepted } = await this.#memory.load();
    for (const entry of entries) this.#quarantine.add(entry);
    if (!accepted) return;
    this.#restored = this.#composeOf(accepted.fragments, accepted.fragments);
    this.#unseen = accepted.fragments;
    this.#accepted.add(this.#restored.payload.hash);
  }

  /** Sets the proxies of the fleet. None is a normal state. */
  setMembers(members: readonly Member[]): void {
    this.#fanOut.setMembers(members);
  }

  /**
   * Sets what the resources say now.
   *
   * @param fragments - all of them, from a complete translation
   * @param problems - those that don't come from fragments, such as files that can't be read
   * @param isComplete - false while a part of the source has never been read since the start
   */
  setFragments(
    fragments: ReadonlyMap<RootKey, Fragment>,
    problems: readonly Problem[],
    isComplete = true,
  ): void {
    this.#current = new Map(fragments);
    this.#sourceProblems = problems;
    this.#unseen = isComplete ? new Map() : withoutRoots(this.#unseen, fragments);
    this.#search = undefined;
    if (this.#quarantine.forgetChanged(fragments, isComplete)) void this.#memory.saveLedger(this.#quarantine);
    this.#recompose();
  }

  /** The fleet as it is now. */
  report(): FleetReport {
    return fleetReport({
      name: this.#options.name,
      sessions: this.#fanOut.sessions(),
      odd: this.#records.odd,
      current: this.#current ?? new Map(),
      sourceProblems: this.#sourceProblems,
      quarantine: this.#quarantine,
      ...(this.#newest && { newest: this.#newest }),
      ...(this.#unnamed && { unnamed: this.#unnamed }),
      ...(this.#shrinkGuard.shrunk && { shrunk: this.#shrinkGuard.shrunk }),
    });
  }

  /** The newest payload, whatever became of it. Holds secrets. */
  get desired(): Payload | undefined {
    return this.#newest?.payload;
  }

  /** What happened after the event with this id, as far as it is kept: see {@link EventFeed}. */
  events(after = 0): readonly FleetEventRecord[] {
    return this.#feed.after(after);
  }

  /** Ends all sessions, and waits for what is being stored. */
  async stop(): Promise<void> {
    this.#cancelTimer();
    this.#shrinkGuard.stop();
    this.#candidate = undefined;
    await this.#fanOut.stop();
    await this.#memory.flush();
  }

  #recompose(): void {
    if (this.#current === undefined || this.#isStoring) return;
    const composition = this.#composeOf(this.#current, this.#lastAccepted?.fragments ?? new Map());
    if (this.#isHeldByShrinkGuard(composition)) return;
    this.#newest = composition;
    const { hash } = composition.payload;
    if (hash !== this.#unnamed?.hash) this.#unnamed = undefined;
    if (hash === this.#candidate?.composition.payload.hash) {
      this.#candidate = { composition, trial: this.#candidate.trial };
    } else if (this.#accepted.has(hash)) {
      this.#release(composition);
    } else if (!this.#unnamed) {
      this.#tryOut(composition);
    }
  }

  #composeOf(current: ReadonlyMap<RootKey, Fragment>, accepted: ReadonlyMap<RootKey, Fragment>): Composition {
    this.#sequence += 1;
    return compose({
      sequence: this.#sequence,
      current,
      accepted,
      quarantine: this.#quarantine,
      withheld: this.#search?.withheld ?? new Set(),
      unseen: this.#unseen,
    });
  }

  #isHeldByShrinkGuard({ payload }: Composition): boolean {
    const routesBefore = this.#lastAccepted?.payload.counts.routes ?? 0;
    const wasHeld = this.#shrinkGuard.shrunk !== undefined;
    if (!this.#shrinkGuard.holds(payload.counts.routes, routesBefore)) return false;
    if (!wasHeld) this.#feed.add({ type: 'shrink-held', payload, routesBefore });
    return true;
  }

  get #lastAccepted(): Composition | undefined {
    return this.#stable ?? this.#restored;
  }

  #tryOut(composition: Composition): void {
    const before = this.#candidate;
    if (before) this.#replaced.remember(before.composition);
    const trial = new Trial();
    this.#candidate = { composition, trial };
    this.#feed.add({ type: 'candidate', payload: composition.payload });
    // Proxies that were trying the previous candidate go on with the newest: never back to something older.
    for (const key of before?.trial.offered ?? []) this.#offer(key);
    this.#advance();
  }

  #offer(key: string): void {
    const session = this.#fanOut.session(key);
    if (!session || !this.#candidate) return;
    const { composition, trial } = this.#candidate;
    trial.offer(session, this.#options.clock.now());
    const isWitness = trial.refusedBy.length > 0;
    // A witness that holds the bytes already would answer 304 and say nothing.
    const alreadyHolds = session.reportedHash === composition.payload.hash;
    this.#fanOut.setDesired(key, composition.payload, !(isWitness && alreadyHolds));
  }

  /** Takes the next step of the trial, if there is one. */
  #advance(): void {
    this.#cancelTimer();
    const { clock } = this.#options;
    for (;;) {
      if (!this.#candidate) return;
      const step = this.#candidate.trial.next(
        this.#records.eligible(this.#fanOut.sessions()),
        this.#records.areThere,
        clock.now(),
      );
      if (step.type === 'wait') {
        if (step.until === undefined) return;
        // An offer may have led back here and started a timer already.
        this.#cancelTimer();
        this.#cancelTimer = clock.schedule(step.until - clock.now(), () => {
          this.#advance();
        });
        return;
      }
      if (step.type === 'refused') {
        this.#quarantineRefused(step.refusal);
        return;
      }
      for (const key of step.proxies) this.#offer(key);
    }
  }

  #quarantineRefused(refusal: Refusal): void {
    const candidate = this.#candidate;
    if (!candidate) return;
    const { composition, trial } = candidate;
    this.#candidate = undefined;
    this.#replaced.remember(composition);
    const named = refusedRoots(refusal, composition);
    if (named.length > 0) {
      this.#search = undefined;
      void this.#quarantineRoots(named, trial);
    } else {
      this.#searchFor(refusal.message, composition, trial);
    }
  }

  /** Puts roots into quarantine: stored first, in effect then. */
  async #quarantineRoots(entries: readonly QuarantineEntry[], trial: Trial): Promise<void> {
    this.#isStoring = true;
    await this.#memory.saveLedger(this.#quarantine, entries);
    this.#isStoring = false;
    for (const entry of entries) this.#quarantine.add(entry);
    this.#feed.add({
      type: 'quarantined',
      roots: entries.map(({ root }) => root),
      reason: entries.map(({ reason }) => reason).join('; '),
    });
    this.#recompose();
    this.#settleTrialProxies(trial);
  }

  /** A refusal that names nothing: what it is about must be among what changed since the last acceptance. */
  #searchFor(reason: string, composition: Composition, trial: Trial): void {
    if (this.#search) {
      this.#search.refused();
    } else {
      const changed = changedRoots(composition, this.#lastAccepted?.fragments);
      if (changed.length === 0) {
        // Nothing explains it: everything stays as it was last accepted.
        this.#unnamed = { hash: composition.payload.hash, reason };
        this.#feed.add({ type: 'refused-unnamed', payload: composition.payload, reason });
        this.#giveStable();
        return;
      }
      this.#search = new UnnamedSearch(changed, reason, composition.payload.hash);
    }
    this.#stepSearch(this.#search, trial);
  }

  #stepSearch(search: UnnamedSearch, trial: Trial): void {
    const step = search.next();
    if (step.type === 'withhold') {
      this.#feed.add({ type: 'searching', withheld: search.withheld.size, reason: search.reason });
      this.#recompose();
      this.#settleTrialProxies(trial);
      return;
    }
    this.#search = undefined;
    const known = new Map([...this.#unseen, ...(this.#current ?? [])]);
    void this.#quarantineRoots(foundRoots(step.roots, search, known), trial);
  }

  /** Gives proxies of a trial that is over what they should hold now. */
  #settleTrialProxies(trial: Trial): void {
    for (const key of trial.offered) {
      if (!this.#candidate?.trial.offered.has(key)) this.#fanOut.setDesired(key, this.#stable?.payload);
    }
  }

  #release(composition: Composition): void {
    const { payload } = composition;
    const isNew = payload.hash !== this.#stable?.payload.hash;
    this.#stable = composition;
    this.#accepted.add(payload.hash);
    if (this.#candidate && this.#candidate.composition.sequence <= composition.sequence) {
      this.#candidate = undefined;
      this.#cancelTimer();
    }
    if (isNew) {
      this.#memory.saveAccepted(composition);
      this.#feed.add({ type: 'released', payload });
    }
    this.#giveStable();
    if (this.#search && composition === this.#newest) {
      this.#search.accepted();
      this.#stepSearch(this.#search, new Trial());
    }
  }

  #giveStable(): void {
    const trying = this.#candidate?.trial.offered;
    for (const { proxy } of this.#fanOut.sessions()) {
      if (!trying?.has(proxy.key)) this.#fanOut.setDesired(proxy.key, this.#stable?.payload);
    }
  }

  #hear(event: FanOutEvent): void {
    this.#feed.add(event);
    switch (event.type) {
      case 'joined':
        this.#fanOut.setDesired(event.proxy.key, this.#stable?.payload);
        break;
      case 'hash-reported':
        if (isEmptyHash(event.hash)) this.#giveRestored(event.proxy.key);
        break;
      case 'left':
        this.#records.forget(event.proxy.key);
        this.#candidate?.trial.passOver(event.proxy.key);
        break;
      case 'state-changed':
        if (event.to === 'in-sync') this.#heldBy(event.proxy.key);
        if (event.to === 'unreachable') this.#candidate?.trial.passOver(event.proxy.key);
        break;
      case 'pushed':
        if (event.result === 'accepted') this.#acceptedBy(event.proxy.key, event.payload.hash);
        if (event.result === 'refused') this.#refusedBy(event.proxy, event.payload.hash, event);
        break;
      default:
        return;
    }
    this.#advance();
  }

  /** A proxy without any configuration gets the last known good one while there is nothing newer for it. */
  #giveRestored(key: string): void {
    if (this.#restored && !this.#stable && !this.#candidate)
      this.#fanOut.setDesired(key, this.#restored.payload);
  }

  /** A proxy that reports the hash of the candidate has accepted it at some time, perhaps before a restart of ours. */
  #heldBy(key: string): void {
    const { composition, trial } = this.#candidate ?? {};
    const isHeld = this.#fanOut.session(key)?.reportedHash === composition?.payload.hash;
    if (composition && isHeld && trial?.refusedBy.length === 0) this.#release(composition);
  }

  #acceptedBy(key: string, hash: string): void {
    this.#records.accepted(key);
    const candidate = this.#candidate;
    if (candidate?.composition.payload.hash === hash) {
      for (const refuser of candidate.trial.refusedBy)
        this.#markOdd(refuser, 'another proxy accepts what it refused');
      this.#release(candidate.composition);
      return;
    }
    const replaced = this.#replaced.get(hash);
    if (!replaced) return;
    if (this.#quarantine.forgetPayload(hash)) {
      // Refused by those who answered first, and accepted after all: the refusers were wrong.
      void this.#memory.saveLedger(this.#quarantine);
      this.#accepted.add(hash);
      this.#recompose();
    } else if (replaced.sequence > (this.#stable?.sequence ?? 0)) {
      this.#release(replaced);
    }
  }

  #refusedBy(proxy: Member, hash: string, refusal: Refusal): void {
    if (this.#candidate?.composition.payload.hash === hash) {
      this.#candidate.trial.refuse(proxy.key, { refusals: refusal.refusals, message: refusal.message });
    } else if (this.#accepted.has(hash)) {
      this.#markOdd(proxy.key, refusal.message);
    }
  }

  #markOdd(key: string, reason: string): void {
    this.#records.markOdd(key, reason);
    this.#feed.add({ type: 'odd', proxyName: this.#fanOut.session(key)?.proxy.name ?? key, reason });
  }
}
