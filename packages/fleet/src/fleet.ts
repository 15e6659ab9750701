import type { Cancel, Clock } from '@silverback/clock';
import type { Problem } from '@silverback/errors';
import { FanOut, type FanOutEvent, type FanOutOptions, type SessionSnapshot } from '@silverback/fan-out';
import type { Fragment, RootKey } from '@silverback/kong-configuration';
import { compose, type Composition } from './composition.ts';
import type { FleetEvent, FleetEventBody } from './events.ts';
import { Quarantine } from './quarantine.ts';
import { fleetReport, type FleetReport } from './report.ts';
import { refusedRoots } from './refused-roots.ts';
import { Trial, type Refusal } from './trial.ts';

/** A member of the fleet, in the words of package discovery. */
type Member = FanOutEvent['proxy'];

/** What a fleet is made of. */
export interface FleetOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Makes a client of a proxy's Admin API. */
  readonly connect: FanOutOptions['connect'];
  /** Gives numbers in [0, 1); `Math.random` unless told otherwise. */
  readonly random?: () => number;
  readonly timing?: FanOutOptions['timing'];
  /** Told everything that happens, in order. */
  readonly onEvent?: (event: FleetEvent) => void;
}

/** How many compositions that were replaced before anybody answered are remembered. */
const REPLACED_LIMIT = 16;

/**
 * Decides what the proxies of a fleet should hold, and holds back what Kong refuses.
 *
 * A new payload is a candidate: trial proxies get it first, the first acceptance releases it to all. A refusal that names
 * entities puts the resources behind them into quarantine; the rest becomes the next candidate.
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #fanOut: FanOut;
  readonly #quarantine = new Quarantine();
  readonly #accepted = new Set<string>();
  readonly #acceptances = new Map<string, number>();
  readonly #odd = new Map<string, string>();
  readonly #replaced = new Map<string, Composition>();
  #current: ReadonlyMap<RootKey, Fragment> | undefined;
  #sourceProblems: readonly Problem[] = [];
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
    this.#fanOut = new FanOut({
      clock: options.clock,
      connect: options.connect,
      ...(options.random && { random: options.random }),
      ...(options.timing && { timing: options.timing }),
      onEvent: (event) => {
        this.#hear(event);
      },
    });
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
   */
  setFragments(fragments: ReadonlyMap<RootKey, Fragment>, problems: readonly Problem[]): void {
    this.#current = new Map(fragments);
    this.#sourceProblems = problems;
    this.#quarantine.forgetChanged(fragments);
    this.#recompose();
  }

  /** The fleet as it is now. */
  report(): FleetReport {
    return fleetReport({
      name: this.#options.name,
      sessions: this.#fanOut.sessions(),
      odd: this.#odd,
      current: this.#current ?? new Map(),
      sourceProblems: this.#sourceProblems,
      quarantine: this.#quarantine,
      ...(this.#newest && { newest: this.#newest }),
      ...(this.#unnamed && { unnamed: this.#unnamed }),
    });
  }

  /** Ends all sessions. */
  async stop(): Promise<void> {
    this.#cancelTimer();
    this.#candidate = undefined;
    await this.#fanOut.stop();
  }

  #recompose(): void {
    if (this.#current === undefined) return;
    this.#sequence += 1;
    const composition = compose(
      this.#sequence,
      this.#current,
      this.#quarantine,
      this.#stable?.fragments ?? new Map<RootKey, Fragment>(),
    );
    this.#newest = composition;
    const { hash } = composition.payload;
    if (hash === this.#candidate?.composition.payload.hash) {
      this.#candidate = { composition, trial: this.#candidate.trial };
    } else if (this.#accepted.has(hash)) {
      this.#release(composition);
    } else if (hash !== this.#unnamed?.hash) {
      this.#tryOut(composition);
    }
  }

  #tryOut(composition: Composition): void {
    const before = this.#candidate;
    if (before) this.#remember(before.composition);
    const trial = new Trial();
    this.#candidate = { composition, trial };
    this.#unnamed = undefined;
    this.#emit({ type: 'candidate', payload: composition.payload });
    // Proxies that were trying the previous candidate go on with the newest: never back to something older.
    for (const key of before?.trial.offered ?? []) this.#offer(key);
    this.#advance();
  }

  #remember(composition: Composition): void {
    this.#replaced.set(composition.payload.hash, composition);
    for (const hash of this.#replaced.keys()) {
      if (this.#replaced.size <= REPLACED_LIMIT) break;
      this.#replaced.delete(hash);
    }
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
      const step = this.#candidate.trial.next(this.#eligible(), this.#acceptances.size > 0, clock.now());
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

  /** Sessions that may decide about a candidate: reachable and not odd; idle ones and good records first. */
  #eligible(): SessionSnapshot[] {
    const rank = (session: SessionSnapshot): number =>
      (session.state === 'pushing' ? 0 : 1e9) + (this.#acceptances.get(session.proxy.key) ?? 0);
    return this.#fanOut
      .sessions()
      .filter(({ state, proxy }) => !UNDECIDED.has(state) && !this.#odd.has(proxy.key))
      .sort((left, right) => rank(right) - rank(left));
  }

  #quarantineRefused(refusal: Refusal): void {
    const candidate = this.#candidate;
    if (!candidate) return;
    const { composition } = candidate;
    this.#candidate = undefined;
    this.#remember(composition);
    const roots = refusedRoots(refusal, composition);
    if (roots.length === 0) {
      this.#holdTogether(composition, refusal.message);
      return;
    }
    for (const entry of roots) this.#quarantine.add(entry);
    this.#emit({
      type: 'quarantined',
      roots: roots.map(({ root }) => root),
      reason: roots.map(({ reason }) => reason).join('; '),
    });
    this.#recompose();
    this.#settleTrialProxies(candidate.trial);
  }

  /** A refusal that names nothing: everything stays as it was last accepted. */
  #holdTogether(composition: Composition, reason: string): void {
    this.#unnamed = { hash: composition.payload.hash, reason };
    this.#emit({ type: 'refused-unnamed', payload: composition.payload, reason });
    this.#giveStable();
  }

  /** Gives proxies of a trial that is over what they should hold now. */
  #settleTrialProxies(trial: Trial): void {
    for (const key of trial.offered) {
      if (!this.#candidate?.trial.offered.has(key)) this.#fanOut.setDesired(key, this.#stable?.payload);
    }
  }

  #release(composition: Composition): void {
    this.#stable = composition;
    this.#accepted.add(composition.payload.hash);
    if (this.#candidate && this.#candidate.composition.sequence <= composition.sequence) {
      this.#candidate = undefined;
      this.#cancelTimer();
    }
    this.#emit({ type: 'released', payload: composition.payload });
    this.#giveStable();
  }

  #giveStable(): void {
    const trying = this.#candidate?.trial.offered;
    for (const { proxy } of this.#fanOut.sessions()) {
      if (!trying?.has(proxy.key)) this.#fanOut.setDesired(proxy.key, this.#stable?.payload);
    }
  }

  #hear(event: FanOutEvent): void {
    this.#options.onEvent?.({ ...event, fleet: this.#options.name });
    switch (event.type) {
      case 'joined':
        this.#fanOut.setDesired(event.proxy.key, this.#stable?.payload);
        break;
      case 'left':
        this.#acceptances.delete(event.proxy.key);
        this.#odd.delete(event.proxy.key);
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

  /** A proxy that reports the hash of the candidate has accepted it at some time, perhaps before a restart of ours. */
  #heldBy(key: string): void {
    const session = this.#fanOut.session(key);
    const candidate = this.#candidate?.composition;
    if (
      candidate &&
      session?.reportedHash === candidate.payload.hash &&
      this.#candidate?.trial.refusedBy.length === 0
    ) {
      this.#release(candidate);
    }
  }

  #acceptedBy(key: string, hash: string): void {
    this.#acceptances.set(key, (this.#acceptances.get(key) ?? 0) + 1);
    this.#odd.delete(key);
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
    this.#odd.set(key, reason);
    this.#emit({ type: 'odd', proxyName: this.#fanOut.session(key)?.proxy.name ?? key, reason });
  }

  #emit(event: FleetEventBody): void {
    this.#options.onEvent?.({ ...event, fleet: this.#options.name });
  }
}

const UNDECIDED: ReadonlySet<SessionSnapshot['state']> = new Set(['connecting', 'unreachable', 'leaving']);
