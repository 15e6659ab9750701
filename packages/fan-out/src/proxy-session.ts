import { sleep, type Clock } from '@silverback/clock';
import type { ProxyMember } from '@silverback/discovery';
import type { AdminApi, NodeInformation } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';
import { Backoff } from './backoff.ts';
import { DriftTracker } from './drift.ts';
import type { FanOutEvent, PushResult, SessionReason, SessionSnapshot, SessionState } from './events.ts';
import { pushConfiguration, reasonOf, replaced } from './push.ts';
import type { FanOutTiming } from './timing.ts';
import { unsuitability } from './unsuitability.ts';
import type { UploadSlots } from './upload-slots.ts';

/** What a session is made of. */
export interface ProxySessionOptions {
  readonly proxy: ProxyMember;
  readonly connect: (proxy: ProxyMember) => AdminApi;
  readonly clock: Clock;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;
  readonly timing: FanOutTiming;
  readonly slots: UploadSlots;
  readonly onEvent: (event: FanOutEvent) => void;
}

/** Why a configuration is not sent right now, and until when. */
interface Hold {
  readonly hash: string;
  /** Monotonic time in ms. */
  readonly until: number;
  readonly state: SessionState;
  readonly reason?: SessionReason;
}

/**
 * Keeps one proxy on its desired configuration: looks at the hash that it reports, sends the bytes when it differs,
 * and looks again. One loop, one step at a time, so that at most one POST is ever under way; the newest desired
 * payload wins, and nothing older is sent after it was set.
 */
export class ProxySession {
  readonly #options: ProxySessionOptions;
  readonly #refusedBackoff: Backoff;
  readonly #reachBackoff: Backoff;
  readonly #pushBackoff: Backoff;
  readonly #drift: DriftTracker;
  readonly #ended = new AbortController();
  #connection: AdminApi | undefined;
  #wake = new AbortController();
  #running: Promise<void> | undefined;

  #state: SessionState = 'connecting';
  #reason: SessionReason | undefined;
  #desired: Payload | undefined;
  #outOfSyncSince: number;
  #checkHash = true;
  #hold: Hold | undefined;
  #reportedHash: string | undefined;
  /** The hash that the proxy reported when it was last in sync: another one without a push of ours is drift. */
  #confirmedHash: string | undefined;
  /** The hash that the last push was accepted with, until it is confirmed. */
  #acceptedHash: string | undefined;
  #notReproducible = 0;
  #workerPids: readonly number[] = [];
  #information: NodeInformation | undefined;
  #informationReadAt = Number.NEGATIVE_INFINITY;
  #lastApplyMs: number | undefined;
  #acceptedAt = Number.NEGATIVE_INFINITY;
  #pushes = 0;

  constructor(options: ProxySessionOptions) {
    const { timing, random } = options;
    this.#options = options;
    this.#refusedBackoff = new Backoff(timing.refusedRetryMin, timing.refusedRetryMax, random);
    this.#reachBackoff = new Backoff(timing.retryMin, timing.retryMax, random);
    this.#pushBackoff = new Backoff(timing.retryMin, timing.retryMax, random);
    this.#drift = new DriftTracker(timing);
    this.#outOfSyncSince = options.clock.now();
  }

  /** Begins to work. Does not wait for the proxy. */
  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Sets what the proxy should hold; undefined for "nothing is known yet". The newest call wins.
   *
   * @param checkHash - false to have the proxy apply the bytes once even if it holds them already
   */
  setDesired(payload: Payload | undefined, checkHash = true): void {
    if (payload?.hash === this.#desired?.hash && checkHash) return;
    this.#desired = payload;
    this.#checkHash = checkHash;
    if (this.#hold?.hash !== payload?.hash || !checkHash) this.#hold = undefined;
    this.#refusedBackoff.reset();
    if (this.#state === 'in-sync' && this.#reportedHash !== payload?.hash) this.#become('waiting');
    // Whoever could not be reached keeps its backoff, however often the configuration changes.
    if (this.#state !== 'unreachable') this.#wake.abort();
  }

  /** The session as it is now. */
  snapshot(): SessionSnapshot {
    return {
      proxy: this.#options.proxy,
      state: this.#state,
      lagMs: this.#state === 'in-sync' ? 0 : Math.round(this.#now() - this.#outOfSyncSince),
      pushes: this.#pushes,
      ...(this.#reason && { reason: this.#reason }),
      ...(this.#desired && { desiredHash: this.#desired.hash }),
      ...(this.#reportedHash !== undefined && { reportedHash: this.#reportedHash }),
      ...(this.#lastApplyMs !== undefined && { lastApplyMs: this.#lastApplyMs }),
      ...(this.#information && { information: this.#information }),
    };
  }

  /** Ends the session: an upload that was not fully handed over is dropped, all connections are closed. */
  async stop(): Promise<void> {
    this.#become('leaving');
    this.#ended.abort();
    await this.#running;
    await this.#connection?.close();
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      this.#wake = new AbortController();
      const waitMs = await this.#round();
      await sleep(this.#options.clock, waitMs, AbortSignal.any([this.#wake.signal, this.#ended.signal]));
    }
  }

  /** One step: look, then push or not. Returns how long to wait for the next one, in ms. */
  async #round(): Promise<number> {
    const failure = await this.#look();
    if (this.#ended.signal.aborted) return 0;
    if (failure !== undefined) {
      this.#become('unreachable', failure);
      return this.#reachBackoff.next();
    }
    this.#reachBackoff.reset();
    const desired = this.#desired;
    if (desired === undefined) return this.#rest('waiting');
    if (this.#reportedHash === desired.hash && this.#checkHash) return this.#confirm(desired);
    const unsuitable = unsuitability(this.#information);
    if (unsuitable) return this.#rest('waiting', unsuitable);
    this.#noticeDrift(desired);
    const waitMs = this.#waitBeforePush(desired);
    if (waitMs > 0) return Math.min(waitMs, this.#interval());
    await this.#push(desired);
    return 0;
  }

  /** Reads what the proxy holds. Returns why it could not, if so. */
  async #look(): Promise<SessionReason | undefined> {
    try {
      const admin = this.#admin();
      const status = await admin.status(this.#ended.signal);
      const restarted = replaced(this.#workerPids, status.workerPids);
      this.#workerPids = status.workerPids;
      if (restarted) this.#forgetNode();
      if (this.#now() - this.#informationReadAt > this.#options.timing.informationInterval) {
        this.#information = await admin.information(this.#ended.signal);
        this.#informationReadAt = this.#now();
        this.#emit({ type: 'information-read', proxy: this.#options.proxy, information: this.#information });
      }
      if (status.configurationHash !== this.#reportedHash && status.configurationHash !== undefined) {
        this.#emit({ type: 'hash-reported', proxy: this.#options.proxy, hash: status.configurationHash });
      }
      this.#reportedHash = status.configurationHash;
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  #forgetNode(): void {
    this.#emit({ type: 'restarted', proxy: this.#options.proxy });
    this.#informationReadAt = Number.NEGATIVE_INFINITY;
    this.#confirmedHash = undefined;
    this.#acceptedHash = undefined;
    this.#hold = undefined;
  }

  #confirm(desired: Payload): number {
    this.#confirmedHash = desired.hash;
    this.#acceptedHash = undefined;
    this.#notReproducible = 0;
    this.#hold = undefined;
    this.#become('in-sync');
    return this.#interval();
  }

  /** Tells a configuration that somebody else put there from one that merely has not arrived yet. */
  #noticeDrift(desired: Payload): void {
    const reported = this.#reportedHash;
    if (reported === undefined) return;
    if (this.#acceptedHash === desired.hash) {
      this.#noticeNotReproducible(desired, reported);
      return;
    }
    const expected = this.#confirmedHash;
    if (expected === undefined || reported === expected) return;
    this.#confirmedHash = undefined;
    // An empty proxy has lost its configuration; nobody else has written one.
    const repair = isEmptyHash(reported) ? { delayMs: 0, contended: false } : this.#drift.seen(this.#now());
    this.#emit({
      type: 'drifted',
      proxy: this.#options.proxy,
      expectedHash: expected,
      reportedHash: reported,
      repairInMs: repair.delayMs,
    });
    if (!repair.contended) return;
    this.#holdBack(desired, repair.delayMs, 'contended', {
      code: 'ForeignWriter',
      message: `the configuration was replaced again by one with the hash ${reported}`,
    });
  }

  #noticeNotReproducible(desired: Payload, reported: string): void {
    this.#acceptedHash = undefined;
    this.#confirmedHash = undefined;
    if (isEmptyHash(reported)) return;
    this.#notReproducible += 1;
    if (this.#notReproducible < 2) return;
    const { delayMs } = this.#drift.seen(this.#now());
    this.#holdBack(desired, delayMs, 'contended', {
      code: 'HashNotReproducible',
      message: `it accepted ${desired.hash} and reports ${reported}`,
    });
  }

  #waitBeforePush(desired: Payload): number {
    const now = this.#now();
    const hold = this.#hold;
    if (hold?.hash === desired.hash && hold.until > now) {
      this.#become(hold.state, hold.reason);
      return hold.until - now;
    }
    // First configurations don't wait: the proxy serves nothing.
    if (this.#reportedHash === undefined || isEmptyHash(this.#reportedHash)) return 0;
    const pauseMs = (this.#lastApplyMs ?? 0) * this.#options.timing.paceFactor;
    const waitMs = this.#acceptedAt + pauseMs - now;
    if (waitMs > 0) this.#become('waiting');
    return waitMs;
  }

  async #push(payload: Payload): Promise<void> {
    const { clock, proxy, slots, timing } = this.#options;
    this.#become('pushing');
    this.#pushes += 1;
    this.#emit({ type: 'push-started', proxy, payload });
    const startedAt = clock.now();
    const { push, connectionIsBusy } = await pushConfiguration(payload, {
      admin: this.#admin(),
      clock,
      slots,
      timing,
      workerPids: this.#workerPids,
      checkHash: this.#checkHash,
      signal: this.#ended.signal,
    });
    if (connectionIsBusy) await this.#reconnect();
    if (this.#ended.signal.aborted) return;
    const durationMs = clock.now() - startedAt;
    this.#settle(payload, push, durationMs);
    this.#emit({ type: 'pushed', proxy, payload, durationMs, ...push });
  }

  /** Draws the conclusions from a push. */
  #settle(payload: Payload, push: PushResult, durationMs: number): void {
    switch (push.result) {
      case 'accepted':
      case 'unchanged':
        this.#checkHash = true;
        this.#pushBackoff.reset();
        this.#acceptedHash = payload.hash;
        this.#acceptedAt = this.#now();
        if (push.result === 'accepted') this.#lastApplyMs = Math.round(durationMs);
        break;
      case 'refused':
        this.#holdBack(payload, this.#refusedBackoff.next(), 'rejected', {
          code: 'ConfigurationRefused',
          message: push.message,
        });
        break;
      case 'too-large':
        this.#holdBack(payload, this.#refusedBackoff.next(), 'rejected', push.reason);
        break;
      case 'busy':
        this.#holdBack(payload, push.retryAfterMs ?? this.#pushBackoff.next(), 'waiting', push.reason);
        break;
      case 'failed':
      case 'unknown':
        this.#holdBack(payload, this.#pushBackoff.next(), 'unreachable', push.reason);
        break;
    }
  }

  #holdBack(payload: Payload, delayMs: number, state: SessionState, reason: SessionReason): void {
    this.#hold = { hash: payload.hash, until: this.#now() + delayMs, state, reason };
  }

  /** Leaves a connection to the request that still waits on it; the next step makes new ones. */
  async #reconnect(): Promise<void> {
    const old = this.#connection;
    this.#connection = undefined;
    await old?.close();
  }

  /** The client of the proxy's Admin API. Throws when the proxy must not be talked to, as without a TLS identity. */
  #admin(): AdminApi {
    this.#connection ??= this.#options.connect(this.#options.proxy);
    return this.#connection;
  }

  #rest(state: SessionState, reason?: SessionReason): number {
    this.#become(state, reason);
    return this.#interval();
  }

  #interval(): number {
    return this.#options.timing.statusInterval * (0.9 + 0.2 * this.#options.random());
  }

  #become(state: SessionState, reason?: SessionReason): void {
    const from = this.#state;
    const sameReason = this.#reason?.code === reason?.code && this.#reason?.message === reason?.message;
    if (from === 'leaving' || (from === state && sameReason)) return;
    if (from === 'in-sync') this.#outOfSyncSince = this.#now();
    this.#state = state;
    this.#reason = reason;
    this.#emit({
      type: 'state-changed',
      proxy: this.#options.proxy,
      from,
      to: state,
      ...(reason && { reason }),
    });
  }

  #emit(event: FanOutEvent): void {
    this.#options.onEvent(event);
  }

  #now(): number {
    return this.#options.clock.now();
  }
}

/** Whether a hash is that of a proxy without any configuration: 32 zeros (Kong 3.9). */
export function isEmptyHash(hash: string): boolean {
  return /^0+$/.test(hash);
}
