import type { Cancel, Clock } from '@silverback/clock';
import { isEmptyHash, type FanOut, type FanOutEvent } from '@silverback/fan-out';
import type { FragmentMap } from '@silverback/kong-configuration';
import { AcceptedHashes } from './accepted-hashes.ts';
import { servesLess, type Composition } from './composition.ts';
import type { FleetEventBody } from './events.ts';
import type { Member } from './fleet-options.ts';
import { ProxyRecords } from './proxy-records.ts';
import { refusalInWords } from './refused-roots.ts';
import { AWAY } from './reach.ts';
import { ReplacedCompositions } from './replaced-compositions.ts';
import { Trial, type Refusal } from './trial.ts';

/** What a rollout is made of. */
export interface RolloutOptions {
  readonly clock: Clock;
  readonly fanOut: Pick<FanOut, 'session' | 'setDesired' | 'setLastGood'>;
  readonly tell: (event: FleetEventBody) => void;
  /** Told that a composition goes to all proxies. */
  readonly onReleased: (composition: Composition, isNew: boolean) => void;
  /** Told that a candidate was refused. */
  readonly onRefused: (refusal: Refusal, composition: Composition) => void;
  /** Told that the one proxy that was to try a retry has not answered. */
  readonly onUnanswered: (composition: Composition) => void;
  /** Told that a candidate gave way to something newer before it was decided on. */
  readonly onReplaced: (composition: Composition) => void;
  /** Told that a composition which only odd proxies refused by now is trusted again. */
  readonly onTrusted: (composition: Composition) => void;
  /** Told that a proxy has accepted a composition which was given up, or replaced by a newer one, before. */
  readonly onAcceptedLate: (composition: Composition) => void;
}

interface Candidate {
  readonly composition: Composition;
  readonly trial: Trial;
}

/** Brings one composition after another to the proxies of a group: to some on trial, and once accepted to all. */
export class Rollout {
  readonly #options: RolloutOptions;
  readonly #members = new Set<string>();
  readonly #accepted: AcceptedHashes;
  readonly #records = new ProxyRecords();
  readonly #replaced = new ReplacedCompositions();
  /** The newest accepted composition: what every proxy outside a trial should hold. */
  #stable: Composition | undefined;
  #candidate: Candidate | undefined;
  /** What was accepted once, and was refused by all who were there. */
  #doubted: Composition | undefined;
  /** Whether something else was accepted since. */
  #isSettled = false;
  #cancelTimer: Cancel = () => undefined;

  /** @param origin - the rollout whose proxies, or some of them, go on here; what they accepted stays accepted */
  constructor(options: RolloutOptions, origin?: Rollout) {
    this.#options = options;
    this.#accepted = new AcceptedHashes(origin && origin.#accepted);
    this.#stable = origin && origin.#stable;
  }

  /** The newest composition that a proxy has accepted in this life of the controller. */
  get stable(): Composition | undefined {
    return this.#stable;
  }

  /** Whether a composition is on trial. */
  get isTrying(): boolean {
    return this.#candidate !== undefined;
  }

  /** The keys of its proxies. */
  get members(): ReadonlySet<string> {
    return this.#members;
  }

  /** Proxies that refuse what others accept, with the reason. */
  get odd(): ReadonlyMap<string, string> {
    return this.#records.odd;
  }

  /** Takes a proxy in: it gets what the others have. */
  join(key: string): void {
    this.#members.add(key);
    this.#trustAgain(key);
    this.#giveStableTo(key);
    this.#giveFirstTo(key, this.#options.fanOut.session(key)?.reportedHash);
    this.advance();
  }

  /** Lets a proxy go. What it was offered is passed over. */
  leave(key: string): void {
    this.#members.delete(key);
    this.#records.forget(key);
    this.#candidate?.trial.passOver(key);
    this.advance();
  }

  /** Notes that a payload was accepted before, so that it needs no trial. */
  knowAccepted(hash: string): void {
    this.#accepted.add(hash);
  }

  /**
   * Takes the newest composition.
   *
   * @param mayTry - false to leave everything as it is if it would need a trial
   */
  propose(composition: Composition, mayTry: boolean): void {
    const { hash } = composition.payload;
    const isTried = hash === this.#candidate?.composition.payload.hash;
    // What one proxy says of a retry is not enough to refuse what the resources say.
    if (isTried && this.#candidate?.trial.isRetry === false) {
      this.#candidate = { composition, trial: this.#candidate.trial };
    } else if (this.#accepted.has(hash)) {
      this.release(composition);
    } else if (mayTry) {
      this.#tryOut(composition);
    }
  }

  /** Tries a composition with what was refused before on one proxy; the others keep what they have. */
  retry(composition: Composition): void {
    this.#candidate = { composition, trial: new Trial(true) };
    this.#options.tell({ type: 'candidate', payload: composition.payload });
    this.advance();
  }

  /** Takes the next step of the trial, if there is one. */
  advance(): void {
    this.#cancelTimer();
    const { clock } = this.#options;
    while (this.#candidate) {
      const step = this.#candidate.trial.next(
        () => this.#records.eligible(this.#sessions()),
        this.#records.areThere,
        clock.now(),
      );
      if (step.type === 'wait') {
        if (step.until === undefined) return;
        // An offer may have led back here and started a timer already.
        this.#cancelTimer();
        this.#cancelTimer = clock.schedule(step.until - clock.now(), () => {
          this.advance();
        });
        return;
      }
      if (step.type === 'refused') {
        this.#refused(step.refusal, this.#candidate);
        return;
      }
      if (step.type === 'unanswered') {
        this.#giveUp(this.#candidate);
        return;
      }
      for (const key of step.proxies) this.#offer(key);
    }
  }

  /** Gives all proxies outside a trial what was accepted last. */
  giveStable(): void {
    const trying = this.#candidate?.trial.offered;
    for (const key of this.#members) {
      if (!trying?.has(key)) this.#giveStableTo(key);
    }
  }

  /** Gives a composition to all proxies. */
  release(composition: Composition): void {
    const { payload } = composition;
    const isNew = payload.hash !== this.#stable?.payload.hash;
    this.#stable = composition;
    this.#isSettled = true;
    this.#accepted.add(payload.hash);
    const before = this.#candidate;
    if (before && before.composition.sequence <= composition.sequence) {
      this.#candidate = undefined;
      this.#cancelTimer();
      if (before.composition !== composition) this.#replace(before);
    }
    if (isNew) this.#options.tell({ type: 'released', payload });
    this.giveStable();
    this.#options.onReleased(composition, isNew);
  }

  /**
   * Gives a composition that was accepted late to all proxies, unless something newer is in service, or more.
   *
   * @param current - what the resources say by now
   * @returns whether it was given to them
   */
  releaseLate(composition: Composition, current: FragmentMap | undefined): boolean {
    const isNewer = composition.sequence > (this.#stable?.sequence ?? 0);
    if (!isNewer || (this.#stable && servesLess(composition, this.#stable, current))) return false;
    this.release(composition);
    return true;
  }

  /** Takes in what a proxy of this group does. */
  hear(event: FanOutEvent): void {
    const { key } = event.proxy;
    if (event.type === 'hash-reported') {
      this.#trustAgain(key, event.hash);
      this.#giveFirstTo(key, event.hash);
    } else if (event.type === 'state-changed') {
      // What it held when it went is told only once.
      if (AWAY.has(event.from)) this.#trustAgain(key, this.#options.fanOut.session(key)?.reportedHash);
      if (event.to === 'in-sync') this.#heldBy(key);
      if (event.to === 'unreachable') this.#candidate?.trial.passOver(key);
    } else if (event.type === 'pushed') {
      if (event.result === 'accepted') this.#acceptedBy(key, event.payload.hash);
      if (event.result === 'refused') this.#refusedBy(event.proxy, event.payload.hash, event);
      // It has no room, which says nothing about the configuration.
      if (event.result === 'too-large') this.#candidate?.trial.passOver(key);
    }
    this.advance();
  }

  /** Ends the trial. */
  stop(): void {
    this.#cancelTimer();
    this.#candidate = undefined;
  }

  #giveStableTo(key: string): void {
    const isUrgent = this.#stable?.takesAway === true;
    this.#options.fanOut.setDesired(key, this.#stable?.payload, { isUrgent });
  }

  #sessions() {
    return [...this.#members].flatMap((key) => this.#options.fanOut.session(key) ?? []);
  }

  #tryOut(composition: Composition): void {
    const before = this.#candidate;
    if (before) this.#replace(before);
    this.#candidate = { composition, trial: new Trial() };
    this.#options.tell({ type: 'candidate', payload: composition.payload });
    // Proxies that were trying the previous candidate go on with the newest: never back to something older.
    for (const key of before?.trial.offered ?? []) this.#offer(key);
    for (const { proxy, reportedHash } of this.#sessions()) this.#giveFirstTo(proxy.key, reportedHash);
    this.advance();
  }

  /** A proxy that holds nothing has nothing to lose: while nothing was ever accepted, it doesn't wait for the trial. */
  #giveFirstTo(key: string, reportedHash: string | undefined): void {
    if (!this.#candidate || this.#stable || !isEmptyHash(reportedHash ?? '')) return;
    this.#options.fanOut.setDesired(key, this.#candidate.composition.payload);
  }

  #offer(key: string): void {
    const { fanOut, clock } = this.#options;
    const session = this.#members.has(key) ? fanOut.session(key) : undefined;
    if (!session || !this.#candidate) return;
    const { composition, trial } = this.#candidate;
    trial.offer(session, clock.now());
    // A witness that holds the bytes already would answer 304 and say nothing.
    const isWitness = trial.refusals.length > 0;
    fanOut.setDesired(key, composition.payload, { checkHash: !isWitness, isUrgent: composition.takesAway });
  }

  #refused(refusal: Refusal, candidate: Candidate): void {
    this.#end(candidate);
    this.#options.onRefused(refusal, candidate.composition);
  }

  #giveUp(candidate: Candidate): void {
    this.#end(candidate);
    this.#options.onUnanswered(candidate.composition);
  }

  #end({ composition }: Candidate): void {
    this.#candidate = undefined;
    this.#replaced.remember(composition);
    this.giveStable();
  }

  #replace({ composition }: Candidate): void {
    this.#replaced.remember(composition);
    this.#options.onReplaced(composition);
  }

  /** A proxy that reports the hash of the candidate has accepted it at some time, perhaps before a restart of ours. */
  #heldBy(key: string): void {
    const { composition, trial } = this.#candidate ?? {};
    const isHeld = this.#options.fanOut.session(key)?.reportedHash === composition?.payload.hash;
    if (!composition || !isHeld) return;
    if (trial?.refusals.length === 0) this.release(composition);
    else this.#offer(key);
  }

  #acceptedBy(key: string, hash: string): void {
    this.#records.accepted(key);
    const candidate = this.#candidate;
    if (candidate?.composition.payload.hash === hash) {
      for (const refusal of candidate.trial.refusals) {
        this.#markOdd(refusal.proxy, refusalInWords(refusal, candidate.composition));
      }
      this.release(candidate.composition);
      return;
    }
    const replaced = this.#replaced.get(hash);
    if (replaced) this.#options.onAcceptedLate(replaced);
  }

  #refusedBy({ key }: Member, hash: string, said: Omit<Refusal, 'proxy'>): void {
    const { refusals, message, isContradiction } = said;
    const refusal = { refusals, message, ...(isContradiction && { isContradiction }), proxy: key };
    if (this.#candidate?.composition.payload.hash === hash) {
      this.#candidate.trial.refuse(key, refusal);
    } else if (this.#accepted.has(hash)) {
      const stable = this.#stable?.payload.hash === hash ? this.#stable : undefined;
      this.#markOdd(key, stable ? refusalInWords(refusal, stable) : message);
      if (stable) this.#reconsider(stable, refusal);
    }
  }

  /** What was accepted once, and is refused by all who are there, is a refused candidate like any other. */
  #reconsider(stable: Composition, refusal: Refusal): void {
    if (this.#candidate || !this.#records.areAllOdd(this.#sessions())) return;
    this.#accepted.delete(stable.payload.hash);
    this.#doubted = stable;
    this.#isSettled = false;
    this.#options.onRefused(refusal, stable);
  }

  /**
   * A proxy that is not odd has come, or come back: what only odd ones refused by now counts as accepted again, so that
   * it gets no less than was accepted. Once the odd ones have accepted something else, only who still holds it says so.
   */
  #trustAgain(key: string, reportedHash?: string): void {
    const doubted = this.#doubted;
    if (!doubted || this.#records.odd.has(key)) return;
    if (this.#isSettled && reportedHash !== doubted.payload.hash) return;
    this.#doubted = undefined;
    this.#accepted.add(doubted.payload.hash);
    if (this.#candidate) this.#end(this.#candidate);
    this.#options.onTrusted(doubted);
  }

  #markOdd(key: string, words: string): void {
    const reason = `it refuses a configuration that has been accepted: ${words}`;
    this.#records.markOdd(key, reason);
    const proxyName = this.#options.fanOut.session(key)?.proxy.name ?? key;
    this.#options.tell({ type: 'odd', proxyName, reason });
  }
}
