import { sleep, type Clock } from '@silverback/clock';
import { ApiRefusal, isRefusal } from '../access/api-error.ts';
import type { KubeHttp } from '../access/kube-http.ts';
import { microTime, readLease, writeLease, type LeaseRecord } from './lease-record.ts';

/** What a replica is. A `successor` holds the lease, but has not seen yet all that its predecessor had seen. */
export type LeadershipState = 'standby' | 'successor' | 'leader';

/** What happens to the lease, for logs, metrics, and whoever works only as a leader. */
export type LeadershipEvent =
  | { readonly type: 'state'; readonly state: LeadershipState; readonly holder: string }
  | { readonly type: 'failed'; readonly error: unknown };

/** What a {@link LeaderElection} needs. */
export interface LeaderElectionOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  /** Yields numbers from 0 to below 1 (default Math.random). */
  readonly random?: () => number;
  /** The name of this replica in the Lease; no other may have it. */
  readonly identity: string;
  readonly namespace: string;
  readonly name: string;
  /** How long others wait after the last renewal, in ms. */
  readonly leaseDurationMs: number;
  /** How long after the begin of the last renewal this replica may still send, in ms; less than `leaseDurationMs`. */
  readonly renewDeadlineMs: number;
  /** How often the lease is renewed or looked at, in ms. */
  readonly retryPeriodMs: number;
  /** Whether this replica sees all that happens: only then it campaigns. */
  readonly isLive: () => boolean;
  /** The resource versions that this replica has applied, written with each renewal. */
  readonly appliedVersions: () => Readonly<Record<string, string>>;
  /** Resolves when this replica has seen what its predecessor had. */
  readonly reached: (versions: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: LeadershipEvent) => void;
}

/** After how long an API server that gives no answer counts as away for a replica that did not lead, in ms. */
const AWAY_MS = 60_000;

/**
 * Agrees with the other replicas on one that leads, by a Lease, as client-go does. Times of other machines are never
 * compared: a lease counts as given up when its record has not changed for as long as it says, by this replica's own
 * monotonic clock; and this replica counts its own time from before it asked for the renewal.
 */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #limit = this.#abort.signal;
  #isReleasing = false;
  #state: LeadershipState = 'standby';
  /** Until when this replica may send, by the clock. */
  #validUntil = Number.NEGATIVE_INFINITY;
  /** Since when the API server gives no answer, by the clock; undefined while it does. */
  #awaySince: number | undefined;
  /** Ends waiting for what the predecessor saw. */
  #term: AbortController | undefined;
  #observed: { readonly record: LeaseRecord; readonly object: unknown; readonly at: number } | undefined;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
  }

  /** What this replica is now. */
  get state(): LeadershipState {
    return this.#state;
  }

  /** Who holds the lease, as far as is known; empty before it was read, and when it was given back. */
  get holder(): string {
    return this.#observed?.record.holder ?? '';
  }

  /** Whether this replica may send now. Cheap: it is asked before each slice of an upload. */
  mayPush(): boolean {
    return this.#state === 'leader' && this.#options.clock.now() < this.#validUntil;
  }

  /**
   * Whether this replica, although it does not lead, may give empty proxies what they held last: the API server is away, so
   * that nobody can be told who leads. The last holder may at once, others after a minute.
   */
  mayRestore(): boolean {
    if (this.#awaySince === undefined || this.#hasEnded() || this.mayPush()) return false;
    const { clock, identity } = this.#options;
    return this.holder === identity || clock.now() - this.#awaySince >= AWAY_MS;
  }

  /** Begins to look at the lease; returns at once. */
  start(): void {
    this.#running = this.#run();
  }

  /**
   * Ends taking part.
   *
   * @param release - true to give the lease back, so that another replica need not wait for it to run out. Only when
   *   nothing that was sent in full is unanswered: what a proxy applies late would come after what a successor sends.
   */
  async stop(release: boolean): Promise<void> {
    this.#abort.abort();
    this.#become('standby');
    await this.#running;
    if (!release || this.holder !== this.#options.identity) return;
    this.#isReleasing = true;
    await this.#timed(() => this.#release());
  }

  async #run(): Promise<void> {
    const { clock, retryPeriodMs, random = Math.random } = this.#options;
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await this.#timed(() => this.#round());
      if (this.#state !== 'standby' && clock.now() >= this.#validUntil) this.#become('standby');
      await sleep(clock, this.#pause(retryPeriodMs, random), signal);
    }
  }

  /** Runs something against the API server with a limit, because a connection that hangs must not cost the lease. */
  async #timed(action: () => Promise<void>): Promise<void> {
    const tooLate = new AbortController();
    const cancel = this.#options.clock.schedule(this.#options.renewDeadlineMs / 2, () => {
      tooLate.abort();
    });
    this.#limit = tooLate.signal;
    const startedAt = this.#options.clock.now();
    try {
      await action();
      this.#awaySince = undefined;
    } catch (error) {
      // An API server that has lost its own store answers too, and is of as little use.
      const isThere = error instanceof ApiRefusal && error.status < 500;
      this.#awaySince = isThere ? undefined : (this.#awaySince ?? startedAt);
      if (!this.#abort.signal.aborted || this.#isReleasing) this.#options.onEvent({ type: 'failed', error });
    } finally {
      cancel();
    }
  }

  /** Ends a request that takes too long, and all but the last one when this replica stops. */
  #signal(): AbortSignal {
    return this.#isReleasing ? this.#limit : AbortSignal.any([this.#abort.signal, this.#limit]);
  }

  /** Never longer than this replica may still send, so that the end of its time is noticed. */
  #pause(retryPeriodMs: number, random: () => number): number {
    const pause = this.#state === 'standby' ? retryPeriodMs * (1 + 0.2 * random()) : retryPeriodMs;
    const left = this.#validUntil - this.#options.clock.now();
    return this.#state === 'standby' ? pause : Math.max(0, Math.min(pause, left));
  }

  async #round(): Promise<void> {
    if (this.#state === 'standby') await this.#observe();
    if (this.#hasEnded() || !this.#mayTake()) return;
    await this.#take();
  }

  /** Reads the lease, and notes when it was seen to change. */
  async #observe(): Promise<void> {
    const { http, clock } = this.#options;
    try {
      const object = await http.json({ path: this.#path(), signal: this.#signal() });
      const record = readLease(object);
      const isSame = this.#observed?.record.resourceVersion === record.resourceVersion;
      const at = isSame && this.#observed ? this.#observed.at : clock.now();
      this.#observed = { record, object, at };
    } catch (error) {
      if (!isRefusal(error, 404)) throw error;
      this.#observed = undefined;
    }
  }

  #mayTake(): boolean {
    if (this.#state !== 'standby') return true;
    const { clock, identity, isLive } = this.#options;
    if (!isLive()) return false;
    if (this.#observed === undefined) return true;
    const { record, at } = this.#observed;
    return record.holder === '' || record.holder === identity || clock.now() >= at + record.durationMs;
  }

  /** Takes or renews the lease. Whoever changed it meanwhile has it. */
  async #take(): Promise<void> {
    const startedAt = this.#options.clock.now();
    const before = this.#observed?.record;
    try {
      await this.#write(this.#claim(before));
    } catch (error) {
      if (!isRefusal(error, 404, 409)) throw error;
      await this.#observe();
      // A renewal whose answer got lost looks like somebody else's; the next one goes on from it.
      const isStillMine = this.#state !== 'standby' && this.holder === this.#options.identity;
      if (isStillMine) await this.#take();
      else this.#become('standby');
      return;
    }
    this.#hold(startedAt, before?.applied ?? {});
  }

  #hold(startedAt: number, inherited: Readonly<Record<string, string>>): void {
    if (this.#hasEnded()) return;
    this.#validUntil = startedAt + this.#options.renewDeadlineMs;
    if (this.#state === 'standby') this.#succeed(inherited);
  }

  /** What the lease is to say when this replica has it. */
  #claim(before: LeaseRecord | undefined): Omit<LeaseRecord, 'resourceVersion'> {
    const { clock, identity, leaseDurationMs, appliedVersions } = this.#options;
    const now = microTime(clock.date());
    const isMine = before?.holder === identity;
    const handedOver = before === undefined || isMine ? 0 : 1;
    return {
      holder: identity,
      durationMs: leaseDurationMs,
      acquireTime: isMine && before.acquireTime !== '' ? before.acquireTime : now,
      renewTime: now,
      transitions: (before?.transitions ?? 0) + handedOver,
      // What the predecessor had seen counts until this replica has seen it too.
      applied: this.#state === 'leader' ? appliedVersions() : (before?.applied ?? {}),
    };
  }

  async #write(record: Omit<LeaseRecord, 'resourceVersion'>): Promise<void> {
    const { http, clock, namespace, name } = this.#options;
    const body = writeLease(namespace, name, record, this.#observed?.object);
    const target =
      this.#observed === undefined
        ? ({ method: 'POST', path: this.#collection() } as const)
        : ({ method: 'PUT', path: this.#path() } as const);
    const object = await http.json({ ...target, body, signal: this.#signal() });
    this.#observed = { record: readLease(object), object, at: clock.now() };
  }

  /** Sends nothing before it knows what its predecessor knew: otherwise it could send something older. */
  #succeed(versions: Readonly<Record<string, string>>): void {
    const term = new AbortController();
    this.#term = term;
    this.#become('successor');
    void this.#options.reached(versions, term.signal).then(() => {
      if (!term.signal.aborted && this.#state === 'successor') this.#become('leader');
    });
  }

  /** Reads the lease anew, because a renewal that was cut off may have arrived. What fails here runs out on its own. */
  async #release(): Promise<void> {
    await this.#observe();
    const { clock, identity } = this.#options;
    const record = this.#observed?.record;
    if (record?.holder !== identity) return;
    await this.#write({ ...record, holder: '', durationMs: 1000, renewTime: microTime(clock.date()) });
  }

  #become(state: LeadershipState): void {
    if (this.#state === state) return;
    this.#state = state;
    if (state === 'standby') {
      this.#validUntil = Number.NEGATIVE_INFINITY;
      this.#term?.abort();
    }
    this.#options.onEvent({ type: 'state', state, holder: this.holder });
  }

  /** A method, because the answer may change while something is awaited. */
  #hasEnded(): boolean {
    return this.#abort.signal.aborted;
  }

  #collection(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.#options.namespace}/leases`;
  }

  #path(): string {
    return `${this.#collection()}/${this.#options.name}`;
  }
}
