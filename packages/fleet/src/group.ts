import { isEmptyHash, type FanOutEvent } from '@silverback/fan-out';
import { FragmentMap, type Facets, type ProxyFacts, type RootKey } from '@silverback/kong-configuration';
import { CompositionRounds, type Round } from './composition-rounds.ts';
import type { CompositionInput } from './composer.ts';
import { heldForms, isMadeOfOthers, lacksForms, withNeeded } from './composition.ts';
import type { AcceptedBefore, Composition } from './composition.ts';
import { Confirmation } from './confirmation.ts';
import { FRAGMENTS_ONLY } from './current-resources.ts';
import type { FleetEventBody } from './events.ts';
import { groupName } from './group-name.ts';
import type { GroupOptions } from './group-options.ts';
import { KeptFragments } from './kept-fragments.ts';
import { NamedSecrets } from './named-secrets.ts';
import { Quarantine, type QuarantineEntry } from './quarantine.ts';
import { Refusals } from './refusals.ts';
import { refusedRoots } from './refused-roots.ts';
import type { GroupReportInput } from './report.ts';
import { Retries } from './retries.ts';
import { Rollout } from './rollout.ts';
import { checkSchemas } from './schema-check.ts';
import { ShrinkGuard } from './shrink-guard.ts';
import type { Refusal } from './trial.ts';

/**
 * The proxies of a fleet that answer all facets alike, and what they should hold.
 *
 * A new payload is a candidate: trial proxies get it first, the first acceptance releases it to all. A refusal that names
 * entities puts the resources behind them into quarantine; the rest becomes the next candidate.
 */
export class Group {
  /** The answers of its proxies to the facets that were asked. */
  answers: Facets;
  /** Facts that a proxy with these answers has. */
  facts: ProxyFacts;
  readonly rollout: Rollout;
  readonly quarantine: Quarantine;
  /** What its proxies have confirmed. */
  readonly confirmation = new Confirmation();
  readonly #options: GroupOptions<Group>;
  readonly #shrinkGuard: ShrinkGuard;
  readonly #rounds: CompositionRounds;
  readonly #retries: Retries;
  readonly #refusals: Refusals;
  #current: FragmentMap | undefined;
  #resources = FRAGMENTS_ONLY;
  /** What was served before the start and has not been seen since, while a part of the source is unread. */
  #kept = new KeptFragments();
  /** What was accepted before the start of this controller and has not been composed yet. */
  #toRestore: AcceptedBefore | undefined;
  /** What was accepted before the start of this controller: for empty proxies until something newer is known. */
  #restored: Composition | undefined;
  /** Grows when something else is to be held, or looked for: what was composed for less is of no use any more. */
  #decisions = 0;
  /** What the resources said in the newest round, also where the shrink guard holds what came out. */
  #composedOf: FragmentMap | undefined;
  /** The newest composition, whatever became of it: its problems are the ones that count. */
  #newest: Composition | undefined;
  /** What was stored last. */
  #saved: Composition | undefined;
  #sequence = 0;
  readonly #secrets = new NamedSecrets();

  /** @param origin - the group that its proxies were in: what they accepted and refused stays known */
  constructor(options: GroupOptions<Group>, facts: ProxyFacts, answers: Facets, origin?: Group) {
    this.#options = options;
    this.facts = facts;
    this.answers = answers;
    this.quarantine = new Quarantine(origin?.quarantine.entries());
    this.#rounds = new CompositionRounds(options.slices, () => this.#nextRound());
    this.#refusals = new Refusals({
      ...options,
      quarantine: this.quarantine,
      tell: this.#tell.bind(this),
      formOf: (root) => this.#lastForms.get(root),
      saveLedger: (more) => options.saveLedger(this, more),
      onDecided: this.#decided.bind(this),
      check: (proxy, composition, changed) =>
        checkSchemas({ clock: options.clock, fanOut: options.fanOut, proxy }, composition, changed),
      current: () => this.#current,
      accepted: () => this.#lastAccepted,
    });
    this.#retries = new Retries({
      clock: options.clock,
      random: options.random,
      waits: options.heldRetry,
      isIdle: () => this.#isIdle(),
      onDue: this.#decided.bind(this),
    });
    if (origin) {
      this.#kept = new KeptFragments(origin.#kept);
      this.#toRestore = origin.#toRestore;
      this.#restored = origin.#restored;
      this.#sequence = origin.#sequence;
    }
    this.rollout = new Rollout(
      {
        clock: options.clock,
        fanOut: options.fanOut,
        tell: this.#tell.bind(this),
        onReleased: this.#released.bind(this),
        onRefused: this.#refused.bind(this),
        onUnanswered: this.#retries.unanswered.bind(this.#retries),
        onReplaced: this.#retries.replaced.bind(this.#retries),
        onAcceptedLate: this.#acceptedLate.bind(this),
        onTrusted: (composition) => {
          this.#refusals.trust(composition.payload.hash);
          this.#acceptedLate(composition);
          this.#decided();
        },
      },
      origin?.rollout,
    );
    this.#shrinkGuard = new ShrinkGuard({
      clock: options.clock,
      isOn: options.shrinkGuard && origin === undefined,
      onHeld: (payload, routesBefore) => {
        this.#tell({ type: 'shrink-held', payload, routesBefore });
      },
      onOver: this.#rounds.request.bind(this.#rounds),
    });
  }

  /** How people see it, as in `router=expressions`. */
  get name(): string {
    return groupName(this.answers);
  }

  /** The newest composition, whatever became of it. Holds secrets. */
  get newest(): Composition | undefined {
    return this.#newest;
  }

  /** The hash of what a root says now; undefined where it is not served. */
  newestHash(root: RootKey): string | undefined {
    return this.#current?.get(root)?.hash;
  }

  /** Whether what was accepted last names a Secret, by `namespace/name`. */
  namesSecret(secret: string): boolean {
    const accepted = this.#toRestore ?? this.#lastAccepted;
    const isNamed = this.#secrets.has(secret, accepted?.lastForms ?? FragmentMap.EMPTY);
    // Of these there are few, but the map of all with them would be a new one each time.
    return isNamed || new NamedSecrets().has(secret, this.quarantine.withForms(FragmentMap.EMPTY));
  }

  /** Brings what is known of confirmations up to the newest composition. */
  reviewConfirmation(): void {
    if (this.#newest) this.confirmation.review(this.#newest);
  }

  /** Brings back what was kept over a restart. */
  restore(entries: readonly QuarantineEntry[], accepted: AcceptedBefore | undefined): void {
    for (const entry of entries) this.quarantine.add(entry);
    if (!accepted) return;
    this.#toRestore = accepted;
    this.#kept.begin(accepted.fragments);
    this.#rounds.request();
  }

  /** Takes over what another replica has stored of the refusals of proxies like these. */
  setLedger(entries: readonly QuarantineEntry[]): void {
    if (this.quarantine.replace(entries)) this.#decided();
  }

  /**
   * Sets what the resources say now.
   *
   * @param isComplete - false while a part of the source has never been read since the start
   * @param resources - the resources themselves
   */
  setFragments(fragments: FragmentMap, isComplete: boolean, resources = FRAGMENTS_ONLY): void {
    this.#current = fragments;
    this.#resources = resources;
    this.#kept.see(fragments, isComplete);
    const isOther = this.#refusals.isSearching || this.#retries.isWanted;
    this.#refusals.endSearch();
    this.#retries.giveWay();
    const known = withNeeded(fragments, this.#newest);
    const isForgotten = this.quarantine.forgetChanged(known, isComplete && this.#newest !== undefined);
    if (isForgotten) void this.#options.saveLedger(this, []);
    // What is being composed of what the resources said before is of use otherwise: edits may come fast.
    if (isOther || isForgotten) this.#decisions += 1;
    this.#retries.plan(this.quarantine);
    this.#rounds.request();
  }

  /** Looks at the next payload as at the first one after a start: see {@link ShrinkGuard}. */
  guardAgain(): void {
    this.#shrinkGuard.arm();
  }

  /** Takes a proxy in. One that is empty gets the last known good configuration while there is nothing newer. */
  join(key: string): void {
    this.rollout.join(key);
    this.#options.fanOut.setLastGood(key, this.#lastAccepted?.payload);
    if (this.#isEmpty(key)) this.#giveRestored(key);
  }

  /** Lets a proxy go. */
  leave(key: string): void {
    this.confirmation.forget(key);
    this.rollout.leave(key);
  }

  /** Takes in what a proxy of this group does. */
  hear(event: FanOutEvent): void {
    if (event.type === 'hash-reported' && isEmptyHash(event.hash)) this.#giveRestored(event.proxy.key);
    if (event.type === 'pushed' && event.result === 'accepted')
      this.confirmation.confirm(event.proxy.key, event.payload.hash);
    this.rollout.hear(event);
    this.#refusals.hear(event);
  }

  /** What is to be reported of it. */
  reportInput(): GroupReportInput {
    return {
      name: this.name,
      facets: this.answers,
      members: this.rollout.members,
      odd: this.rollout.odd,
      current: this.#composedOf ?? this.#current ?? FragmentMap.EMPTY,
      quarantine: this.quarantine,
      ...(this.#newest && { newest: this.#newest }),
      ...(this.#refusals.unnamed && { unnamed: this.#refusals.unnamed }),
      ...(this.#shrinkGuard.shrunk && { shrunk: this.#shrinkGuard.shrunk }),
    };
  }

  /** Whether nothing is known of what the resources say now. */
  get needsFragments(): boolean {
    return this.#current === undefined;
  }

  /** Ends what waits for time to pass, and forgets what the resources say. Setting fragments begins again. */
  stop(): void {
    this.#current = undefined;
    this.#composedOf = undefined;
    this.#newest = undefined;
    this.#rounds.stop();
    this.rollout.stop();
    this.#shrinkGuard.stop();
    this.#retries.stop();
    this.#refusals.stop();
  }

  #tell(event: FleetEventBody): void {
    this.#options.tell(this, event);
  }

  /** What is to be composed now, if anything. */
  #nextRound(): Round | undefined {
    const decisions = this.#decisions;
    const before = this.#toRestore?.fragments;
    if (before) {
      // What was accepted was accepted, whatever was refused since.
      const input = this.#inputOf(before, before, new Quarantine());
      return { input, done: this.#restoredAs.bind(this) };
    }
    if (this.#current === undefined || this.#refusals.isStoring) return undefined;
    const input = this.#inputOf(this.#current, this.#lastForms);
    const done = (composition: Composition): void => {
      if (decisions === this.#decisions) this.#composed(composition);
      else this.#rounds.request();
    };
    return { input, done };
  }

  #inputOf(current: FragmentMap, accepted: FragmentMap, quarantine = this.quarantine): CompositionInput {
    this.#sequence += 1;
    const { payload: acceptedPayload, shown } = this.#lastAccepted ?? {};
    return {
      sequence: this.#sequence,
      current,
      accepted,
      ...(acceptedPayload && shown && { acceptedPayload, shown }),
      ...this.#retries.heldBack(quarantine, this.#refusals.withheld),
      kept: this.#kept.fragments,
      resources: this.#resources,
    };
  }

  #restoredAs(composition: Composition): void {
    const { absent = [], payloadHash } = this.#toRestore ?? {};
    this.#toRestore = undefined;
    this.#restored = { ...composition, lastForms: composition.shown.with(absent) };
    if (composition.payload.hash === payloadHash) {
      // What was refused of the very payload that was accepted last, only odd proxies refused: they will show again.
      this.#forgetRefusalsOf(composition);
      this.rollout.knowAccepted(payloadHash);
    }
    for (const key of this.rollout.members) {
      this.#options.fanOut.setLastGood(key, composition.payload);
      if (this.#isEmpty(key)) this.#giveRestored(key);
    }
    this.#rounds.request();
  }

  #composed(composition: Composition): void {
    if (this.#retries.isWanted) {
      this.#retries.composed(composition);
      if (composition.payload.hash !== this.rollout.stable?.payload.hash) this.rollout.retry(composition);
      else this.#endHolds(this.#retries.unseen(composition));
      return;
    }
    this.#composedOf = composition.current;
    const routesBefore = this.#lastAccepted?.payload.counts.routes ?? 0;
    if (!this.#shrinkGuard.holds(composition.payload, routesBefore)) {
      this.#newest = composition;
      this.confirmation.note(composition);
      this.#refusals.composed(composition);
      this.rollout.propose(composition, this.#refusals.unnamed === undefined);
    }
    this.#tell({ type: 'composed', payload: composition.payload });
  }

  get #lastAccepted(): Composition | undefined {
    return this.rollout.stable ?? this.#restored;
  }

  /** The last accepted form of each root. */
  get #lastForms(): FragmentMap {
    return this.quarantine.withForms(this.#lastAccepted?.lastForms ?? FragmentMap.EMPTY);
  }

  #isEmpty(key: string): boolean {
    return isEmptyHash(this.#options.fanOut.session(key)?.reportedHash ?? '');
  }

  #giveRestored(key: string): void {
    const { stable, isTrying } = this.rollout;
    if (this.#restored && !stable && !isTrying) this.#options.fanOut.setDesired(key, this.#restored.payload);
  }

  #released(composition: Composition, isNew: boolean): void {
    this.#restored = undefined;
    for (const key of this.rollout.members) this.#options.fanOut.setLastGood(key, composition.payload);
    if (this.quarantine.noteForms(heldForms(composition))) void this.#options.saveLedger(this, []);
    // The same bytes can be made of other forms: one that nothing uses leaves no trace in them.
    const isOther = isNew || !this.#saved || isMadeOfOthers(composition, this.#saved);
    if (isOther) this.#options.saveAccepted(this, composition);
    if (isOther) this.#saved = composition;
    const retried = this.#retries.accepted(composition, this.#current);
    if (retried.size > 0) {
      this.#newest = composition;
      this.confirmation.note(composition);
    }
    this.#endHolds(retried);
    this.#refusals.released(composition);
  }

  #refused(refusal: Refusal, composition: Composition): void {
    const named = refusedRoots(refusal, composition).map(({ root }) => root);
    const wasRetry = this.#retries.refused(composition, named, this.#lastAccepted);
    if (!wasRetry) this.#refusals.refused(refusal, composition);
  }

  #acceptedLate(composition: Composition): void {
    // Refused by those who answered first, and accepted after all: the refusers were wrong.
    const wasWrong = this.#forgetRefusalsOf(composition);
    if (wasWrong) this.rollout.knowAccepted(composition.payload.hash);
    if (!this.rollout.releaseLate(composition, this.#current))
      this.#endHolds(this.#retries.accepted(composition, this.#current));
    // What is being tried may have been made when there was less to hold.
    if (wasWrong || (this.#newest && lacksForms(this.#newest))) this.#decided();
  }

  /** @returns whether there were any */
  #forgetRefusalsOf({ payload, shown }: Composition): boolean {
    const found = this.quarantine.forgetAccepted(payload.hash, shown);
    if (found) void this.#options.saveLedger(this, []);
    return found;
  }

  /** Something else is to be held or tried: what is being composed for less is of no use any more. */
  #decided(): void {
    this.#decisions += 1;
    // What was being stored when everything ended begins nothing any more.
    if (this.#current !== undefined) this.#retries.plan(this.quarantine);
    this.#rounds.request();
  }

  /** What was refused before is accepted now. */
  #endHolds(roots: ReadonlySet<RootKey>): void {
    if (roots.size === 0) return;
    this.quarantine.forget(roots);
    void this.#options.saveLedger(this, []);
    this.#tell({ type: 'unquarantined', roots: [...roots] });
    this.#decided();
  }

  /** Whether there is room for a retry. */
  #isIdle(): boolean {
    const isSettled =
      this.#newest !== undefined && this.#newest.payload.hash === this.rollout.stable?.payload.hash;
    const isBusy = this.rollout.isTrying || this.#refusals.isBusy || this.#rounds.isRunning;
    return isSettled && !isBusy && this.#shrinkGuard.shrunk === undefined && this.#options.mayPush();
  }
}
