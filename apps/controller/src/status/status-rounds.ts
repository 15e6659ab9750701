import { TimeSlices, type Cancel, type Clock } from '@silverback/clock';
import type { ResourceKey } from '@silverback/cluster-state';
import type { ResourceReference } from '@silverback/errors';
import type { ObservedStatus } from '@silverback/kubernetes';
import {
  decide,
  type FleetOutcome,
  type LoadBalancerAddress,
  type ResourceEvent,
  type Situation,
  type StatusDecision,
} from '@silverback/resource-status';
import { FreshStatuses, type FreshStatusesOptions } from './fresh-statuses.ts';
import { KnownProblems } from './known-problems.ts';

/** What {@link StatusRounds} need. */
export interface StatusRoundsOptions extends FreshStatusesOptions {
  readonly clock: Clock;
  readonly statuses: {
    at(key: ResourceKey): ObservedStatus | undefined;
    keys(): Iterable<ResourceKey>;
  };
  readonly outcomes: () => readonly FleetOutcome[];
  /** The addresses that Ingresses are to show; undefined where none are to be written. */
  readonly addresses: () => readonly LoadBalancerAddress[] | undefined;
  /** What uses a policy, the oldest first. */
  readonly usersOf: (policy: ResourceReference) => readonly ResourceReference[];
  /** The policy that a Service, or what stands for one, asks for. */
  readonly policyOf: (user: ResourceKey) => ResourceKey | undefined;
  /** Whether this replica writes. */
  readonly isLeader: () => boolean;
  readonly write: (decision: StatusDecision) => void;
  readonly drop: (resource: ResourceReference) => void;
  /** Told all events that hold. */
  readonly tell: (events: readonly ResourceEvent[]) => void;
}

/** How long after a change a round begins, in ms: what comes with it is decided with it. */
const QUIET_MS = 100;
/** How often what waits for proxies, or for time to pass, is looked at, in ms. */
const OPEN_MS = 1_000;
/** How often everything is looked at, in ms, for what nobody told of. */
const EVERYTHING_MS = 60_000;
/** Rounds take no more than this share of the time. */
const SHARE = 0.05;
/** How long proxies have before a resource is said to wait for them, in ms: most need one write only. */
const PATIENCE_MS = 10_000;

/**
 * Decides what the status of resources should be, whenever something has changed that it depends on. Only what is
 * concerned is looked at again, in slices, and no push ever waits for it.
 */
export class StatusRounds {
  readonly #options: StatusRoundsOptions;
  /** Its own: configurations must not wait for statuses. */
  readonly #slices: TimeSlices;
  readonly #fresh: FreshStatuses;
  readonly #problems = new KnownProblems();
  #dirty = new Set<ResourceKey>();
  /** What waits for proxies, with since when it does. */
  readonly #open = new Map<ResourceKey, number>();
  #addresses: string | undefined;
  #isEverythingDirty = true;
  #lookedAtEverythingAt = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #isStopped = false;
  #next: { readonly dueAt: number; readonly cancel: Cancel } | undefined;
  #notBefore = 0;

  constructor(options: StatusRoundsOptions) {
    this.#options = options;
    this.#slices = new TimeSlices(options.clock);
    this.#fresh = new FreshStatuses(options);
  }

  /** A watch shows another status, or another generation, of an object; without a key the published Service has changed. */
  statusChanged(key?: ResourceKey): void {
    if (key !== undefined) this.#fresh.add(key);
    this.#beginIn(QUIET_MS);
  }

  /** A translation of all that is known begins. */
  translating(): void {
    this.#fresh.translating();
  }

  /** The translation has reached the fleets; `roots` have changed. */
  translated(roots: readonly string[]): void {
    for (const key of [...this.#fresh.translated(), ...roots]) this.#dirty.add(key);
    this.#beginIn(QUIET_MS);
  }

  /** Something has happened in a fleet that may confirm resources, or bring problems. */
  fleetChanged(): void {
    this.#beginIn(QUIET_MS);
  }

  /** This replica leads from now on: what others wrote before is looked at once. */
  becameLeader(): void {
    this.#isEverythingDirty = true;
    this.#beginIn(0);
  }

  /** Ends all rounds. */
  stop(): void {
    this.#isStopped = true;
    this.#next?.cancel();
  }

  #beginIn(delayMs: number): void {
    if (this.#isStopped || this.#isRunning) return;
    const { clock } = this.#options;
    const dueAt = Math.max(clock.now() + delayMs, this.#notBefore);
    if (this.#next && this.#next.dueAt <= dueAt) return;
    this.#next?.cancel();
    const cancel = clock.schedule(dueAt - clock.now(), () => {
      this.#next = undefined;
      this.#begin();
    });
    this.#next = { dueAt, cancel };
  }

  #begin(): void {
    if (!this.#options.isLeader()) {
      // Whoever leads next looks at everything.
      this.#dirty.clear();
      this.#open.clear();
      this.#isEverythingDirty = true;
      return;
    }
    const { clock } = this.#options;
    this.#isRunning = true;
    let busyMs = 0;
    const timed = timing(this.#round(), clock, (ms) => {
      busyMs += ms;
    });
    this.#slices.run(timed, (hasMore) => {
      this.#isRunning = false;
      this.#notBefore = clock.now() + busyMs / SHARE;
      this.#beginIn(hasMore ? 0 : this.#open.size > 0 ? OPEN_MS : EVERYTHING_MS);
    });
  }

  /** @returns whether something came meanwhile that belongs to the next round */
  *#round(): Generator<undefined, boolean> {
    const { clock, outcomes, addresses, statuses, tell } = this.#options;
    const fleets = outcomes();
    yield undefined;
    const changed = yield* this.#problems.update(fleets.flatMap(({ problems }) => problems));
    const published = addresses();
    const situation: Situation = {
      fleets,
      problemsOf: this.#problems.byRoot,
      now: secondOf(clock.date()),
      ...(published && { addresses: published }),
    };
    const due = this.#takeDue(changed, JSON.stringify(published));
    for (const key of due === 'everything' ? [...statuses.keys()] : due) {
      this.#decide(key, situation);
      yield undefined;
    }
    tell(this.#problems.events);
    return this.#dirty.size > 0;
  }

  #takeDue(changed: readonly string[], addresses: string | undefined): 'everything' | Iterable<ResourceKey> {
    const now = this.#options.clock.now();
    const isEverything =
      this.#isEverythingDirty ||
      addresses !== this.#addresses ||
      now - this.#lookedAtEverythingAt >= EVERYTHING_MS;
    const due = new Set([...this.#dirty, ...this.#fresh.take(), ...changed, ...this.#open.keys()]);
    this.#dirty = new Set();
    this.#addresses = addresses;
    for (const key of [...due]) {
      const policy = this.#options.policyOf(key);
      if (policy !== undefined) due.add(policy);
    }
    if (!isEverything) return due;
    this.#isEverythingDirty = false;
    this.#lookedAtEverythingAt = now;
    return 'everything';
  }

  #decide(key: ResourceKey, situation: Situation): void {
    const { statuses, usersOf, write, drop } = this.#options;
    const status = statuses.at(key);
    if (status === undefined || this.#fresh.has(key)) {
      this.#open.delete(key);
      return;
    }
    const users = status.ancestors && usersOf(status.reference);
    const { decision, isOpen } = decide({ ...status, ...(users && { users }) }, situation);
    const isEarly = this.#waits(key, isOpen) < PATIENCE_MS;
    if (decision && !(isOpen && isEarly)) write(decision);
    else drop(status.reference);
  }

  /** For how long a resource has been waiting for proxies, in ms. */
  #waits(key: ResourceKey, isOpen: boolean): number {
    const now = this.#options.clock.now();
    const since = this.#open.get(key) ?? now;
    if (isOpen) this.#open.set(key, since);
    else this.#open.delete(key);
    return now - since;
  }
}

/** As the API server keeps times of conditions. */
function secondOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Tells how long each step takes. */
function* timing<T>(
  steps: Generator<undefined, T>,
  clock: Clock,
  spent: (ms: number) => void,
): Generator<undefined, T> {
  for (;;) {
    const before = clock.now();
    const step = steps.next();
    spent(clock.now() - before);
    if (step.done === true) return step.value;
    yield undefined;
  }
}
