import { sleep } from '@silverback/clock';
import type { AdminApi } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';
import { Backoff } from './backoff.ts';
import { ConfirmedLook } from './confirmed-look.ts';
import { CurrentState } from './current-state.ts';
import { isEmptyHash } from './empty-hash.ts';
import type { PushResult, SessionReason, SessionSnapshot, SessionState } from './events.ts';
import type { Heritage } from './former-sessions.ts';
import { NodeFacts } from './node-facts.ts';
import { watchOutcome, type OpenRequest, type WatchContext } from './outcome-watch.ts';
import { withPins } from './pins.ts';
import { ProxyConnection } from './proxy-connection.ts';
import { NOT_LEADER, pushConfiguration, type PushContext } from './push.ts';
import { reasonOf } from './reason.ts';
import { Sending } from './sending.ts';
import type { DesiredOptions, ProxySessionOptions } from './session-options.ts';
import { unsuitability } from './unsuitability.ts';

type PushTerms = Pick<PushContext, 'asksWhy' | 'mayPush' | 'isWanted'>;

/**
 * Keeps one proxy on its desired configuration: looks at the hash that it reports, sends the bytes when it differs,
 * and looks again. One loop, one step at a time, so that at most one POST is ever under way; the newest desired
 * payload wins, and nothing older is sent after it was set.
 */
export class ProxySession {
  readonly #options: ProxySessionOptions;
  readonly #reachBackoff: Backoff;
  readonly #sending: Sending;
  readonly #facts: NodeFacts;
  readonly #current: CurrentState;
  readonly #nothingNew = new AbortController();
  readonly #ended = new AbortController();
  readonly #connection: ProxyConnection;
  #wake = new AbortController();
  #running: Promise<void> | undefined;
  readonly #confirmedLook = new ConfirmedLook();
  #openRequest: OpenRequest | undefined;
  #desired: Payload | undefined;
  #checkHash = true;
  #lastGood: Payload | undefined;
  #reportedHash: string | undefined;
  #pushes = 0;

  constructor(options: ProxySessionOptions) {
    const { timing, random, heritage } = options;
    this.#options = options;
    this.#reachBackoff = new Backoff(timing.retryMin, timing.retryMax, random);
    this.#sending = heritage?.sending ?? new Sending(timing, random);
    this.#facts = heritage?.facts ?? new NodeFacts(timing.informationInterval);
    // Meanwhile somebody else may have sent something, and the proxy may be another one.
    this.#sending.leftToOthers();
    this.#facts.expire();
    this.#openRequest = heritage?.openRequest;
    this.#connection = new ProxyConnection({
      proxy: options.proxy,
      connect: options.connect,
      onBroken: this.#lookSoon.bind(this),
      // Who ends its connections may be going down. Who keeps ending them is looked at twice as often as others at most.
      everyMs: timing.statusInterval,
      now: this.#now.bind(this),
    });
    this.#current = new CurrentState(options.clock.now(), (from, to, reason) => {
      this.#options.onEvent({
        type: 'state-changed',
        proxy: options.proxy,
        from,
        to,
        ...(reason && { reason }),
      });
    });
  }

  /** Begins to work. Does not wait for the proxy. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** What was handed over and whose outcome is not known yet, if anything is. */
  get openRequest(): OpenRequest | undefined {
    return this.#openRequest;
  }

  /** Sets what the proxy should hold; undefined for "nothing is known yet". The newest call wins. */
  setDesired(
    payload: Payload | undefined,
    { checkHash = true, isUrgent = false }: DesiredOptions = {},
  ): void {
    if (payload?.hash === this.#desired?.hash && checkHash) return;
    this.#desired = payload;
    this.#checkHash = checkHash;
    this.#sending.changed(this.#now());
    if (isUrgent) this.#sending.hurry();
    this.#noticeSize();
    if (this.#current.state === 'in-sync' && this.#reportedHash !== payload?.hash) this.#become('waiting');
    this.#lookSoon();
  }

  /** Sets what the proxy may get if it holds nothing and nobody can be told who leads. */
  setLastGood(payload: Payload | undefined): void {
    this.#lastGood = payload;
  }

  /** The client of the proxy's Admin API, for questions that are none of the session's. */
  client(): AdminApi {
    return this.#connection.client();
  }

  /** The session as it is now. */
  snapshot(): SessionSnapshot {
    const { state, reason } = this.#current;
    const { information } = this.#facts;
    const { lastApplyMs, nearLimit } = this.#sending;
    return {
      proxy: this.#options.proxy,
      state,
      lagMs: this.#current.lagMs(this.#now()),
      pushes: this.#pushes,
      ...(reason && { reason }),
      ...(this.#desired && { desiredHash: this.#desired.hash }),
      ...(this.#reportedHash !== undefined && { reportedHash: this.#reportedHash }),
      ...(lastApplyMs !== undefined && { lastApplyMs }),
      ...(information && { information }),
      ...(nearLimit !== undefined && { sizeLimit: nearLimit }),
    };
  }

  /** Lets the proxy go: what is being sent is finished, nothing new is begun, then the session ends. */
  leave(): void {
    this.#become('leaving');
    this.#nothingNew.abort();
  }

  /** What the session leaves to the next one for its proxy. */
  get heritage(): Heritage {
    return { sending: this.#sending, facts: this.#facts, openRequest: this.#openRequest };
  }

  /**
   * Ends the session, after the answer to what it has handed over: Kong goes on with that, and may refuse it. On a
   * connection that has broken there will be none.
   */
  async finish(): Promise<void> {
    const broken = this.#openRequest?.broken;
    if (broken === undefined || broken.aborted) return this.stop();
    broken.addEventListener('abort', () => {
      this.#ended.abort();
    });
    this.leave();
    await this.#running;
  }

  /** Ends the session: an upload that was not fully handed over is dropped, all connections are closed. */
  async stop(): Promise<void> {
    this.leave();
    this.#ended.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    if (this.#openRequest) await this.#awaitInherited(this.#openRequest);
    while (!this.#nothingNew.signal.aborted) {
      this.#wake = new AbortController();
      const waitMs = await this.#round();
      const ended = AbortSignal.any([this.#wake.signal, this.#nothingNew.signal]);
      await sleep(this.#options.clock, waitMs, ended);
    }
    await this.#connection.close();
  }

  /**
   * What an earlier session handed over may still be applied: nothing else is sent before that is known. The earlier one
   * draws the conclusions.
   */
  async #awaitInherited(request: OpenRequest): Promise<void> {
    const { signal } = this.#nothingNew;
    await watchOutcome(request, { ...this.#watching(), signal });
    if (!signal.aborted) this.#openRequest = undefined;
  }

  /** One step: look, then push or not. Returns how long to wait for the next one, in ms. */
  async #round(): Promise<number> {
    const standing = this.#trustedConnections();
    const failure = standing === undefined ? await this.#look() : undefined;
    if (this.#nothingNew.signal.aborted) return 0;
    if (failure !== undefined) {
      this.#facts.expire();
      this.#become('unreachable', failure);
      return this.#reachBackoff.next();
    }
    this.#reachBackoff.reset();
    const unsuitable = unsuitability(this.#facts.information);
    if (unsuitable) return this.#rest('waiting', unsuitable);
    const desired = this.#desired;
    const mayPush = this.#options.mayPush();
    this.#sending.tookOver(this.#options.takeOver.count);
    const restorable = mayPush ? undefined : this.#restorable();
    if (restorable) return this.#restore(restorable);
    if (desired === undefined) return this.#rest('waiting');
    const several = this.#facts.notOneProxy(this.#now());
    if (this.#reportedHash === desired.hash && this.#checkHash) {
      return several ? this.#rest('contended', several) : this.#confirm(desired);
    }
    if (!mayPush) {
      this.#sending.leftToOthers();
      return this.#rest('waiting', NOT_LEADER);
    }
    if (!several) await this.#noticeDrift(desired);
    return this.#pushInTime(desired, {
      asksWhy: true,
      mayPush: this.#options.mayPush,
      isWanted: () =>
        this.#desired === desired && (standing === undefined || this.#connection.standing() === standing),
    });
  }

  /** What the proxy may get from a replica that does not lead: what was accepted last, if it holds nothing. */
  #restorable(): Payload | undefined {
    const isEmpty = this.#reportedHash !== undefined && isEmptyHash(this.#reportedHash);
    return isEmpty && this.#options.mayRestore() ? this.#lastGood : undefined;
  }

  async #restore(payload: Payload): Promise<number> {
    this.#sending.leftToOthers();
    return this.#pushInTime(payload, {
      // By the second time the proxy may hold something, and a refusal is for the one who leads.
      asksWhy: false,
      // Whoever may push by now has something better to send.
      mayPush: () => !this.#options.mayPush() && this.#options.mayRestore(),
      isWanted: () => this.#lastGood === payload,
    });
  }

  async #pushInTime(payload: Payload, terms: PushTerms): Promise<number> {
    const waitMs = this.#waitBeforePush(payload);
    if (waitMs > 0) return Math.min(waitMs, this.#interval());
    await this.#push(payload, terms);
    return 0;
  }

  /** The connections over which the proxy was seen a moment ago, if what was seen is enough to push what is new. */
  #trustedConnections(): string | undefined {
    const now = this.#now();
    const standing = this.#connection.standing();
    const trusted = this.#confirmedLook.take(now - this.#options.timing.statusInterval, standing);
    const isEnough = this.#desired?.hash !== this.#reportedHash && !this.#facts.isExpired(now);
    return isEnough ? trusted : undefined;
  }

  /** Reads what the proxy holds. Returns why it could not, if so. */
  async #look(): Promise<SessionReason | undefined> {
    const { proxy } = this.#options;
    this.#connection.isAsking = true;
    try {
      const admin = this.#connection.client();
      const status = await admin.status(this.#nothingNew.signal);
      const isReplaced = this.#facts.sawStatus(status, this.#now());
      if (isReplaced && !this.#facts.notOneProxy(this.#now())) this.#restarted();
      if (this.#facts.isExpired(this.#now())) {
        const information = withPins(await admin.information(this.#nothingNew.signal), this.#options.pins);
        const isOther = this.#facts.sawInformation(information, this.#now());
        if (isOther && !isReplaced && !this.#facts.notOneProxy(this.#now())) this.#restarted();
        this.#sending.tellLimit(information.bodyLimit);
        this.#options.onEvent({ type: 'information-read', proxy, information });
        this.#noticeSize();
      }
      if (status.configurationHash !== this.#reportedHash && status.configurationHash !== undefined) {
        this.#options.onEvent({ type: 'hash-reported', proxy, hash: status.configurationHash });
      }
      this.#reportedHash = status.configurationHash;
      return undefined;
    } catch (error) {
      return reasonOf(error);
    } finally {
      this.#connection.isAsking = false;
    }
  }

  #restarted(): void {
    this.#options.onEvent({ type: 'restarted', proxy: this.#options.proxy });
    this.#sending.restarted();
  }

  #confirm(desired: Payload): number {
    this.#sending.confirmed(desired.hash);
    this.#become('in-sync');
    this.#confirmedLook.remember(this.#now(), this.#connection.standing());
    return this.#interval();
  }

  async #noticeDrift(desired: Payload): Promise<void> {
    const reportedHash = this.#reportedHash;
    if (reportedHash === undefined) return;
    const drift = this.#sending.examine(reportedHash, desired.hash, this.#now());
    if (drift === undefined) return;
    const { proxy } = this.#options;
    const { contended, expectedHash, delayMs } = drift;
    if (expectedHash !== undefined) {
      this.#options.onEvent({ type: 'drifted', proxy, expectedHash, reportedHash, repairInMs: delayMs });
    }
    // Perhaps uploads lead to one proxy and questions to another: new connections may show it.
    if (contended?.code === 'HashNotReproducible') await this.#connection.close();
  }

  #waitBeforePush(desired: Payload): number {
    const { waitMs, hold } = this.#sending.wait(desired, this.#reportedHash, this.#now());
    if (hold) this.#become(hold.state, hold.reason);
    else if (waitMs > 0) this.#become('waiting');
    return waitMs;
  }

  async #push(payload: Payload, { asksWhy, mayPush, isWanted }: PushTerms): Promise<void> {
    const { clock, proxy, slots, timing } = this.#options;
    const { push, connectionIsBusy, startedAt, applyMs } = await pushConfiguration(payload, {
      ...this.#watching(),
      slots,
      timing,
      asksWhy,
      mayPush,
      before: this.#facts.status,
      isHeld: this.#reportedHash === payload.hash,
      checkHash: this.#checkHash,
      nothingNew: this.#nothingNew.signal,
      isWanted: () => !this.#nothingNew.signal.aborted && isWanted(),
      onStart: () => {
        this.#pushes += 1;
        this.#sending.begins();
        this.#become('pushing');
        this.#options.onEvent({ type: 'push-started', proxy, payload });
      },
      onOpen: (request) => {
        this.#openRequest = request;
      },
    });
    if (connectionIsBusy) await this.#connection.close();
    if (this.#ended.signal.aborted || push === undefined) return;
    if (applyMs !== undefined) this.#sending.applied(applyMs);
    this.#settle(payload, push);
    if (startedAt === undefined) return;
    this.#options.onEvent({ type: 'pushed', proxy, payload, durationMs: clock.now() - startedAt, ...push });
  }

  /** Draws the conclusions from a push. */
  #settle(payload: Payload, push: PushResult): void {
    const now = this.#now();
    this.#sending.settle(payload, push, now);
    this.#noticeSize();
    if (push.result !== 'accepted' && push.result !== 'unchanged') return;
    this.#checkHash = true;
    const several = this.#facts.notOneProxy(now);
    if (several) this.#sending.contended(payload.hash, several, now);
  }

  /** Tells once that the desired payload comes near to what the proxy takes. */
  #noticeSize(): void {
    const bytes = this.#desired?.byteLength ?? 0;
    const limitBytes = this.#sending.comesNear(bytes);
    if (limitBytes === undefined) return;
    this.#options.onEvent({ type: 'size-near-limit', proxy: this.#options.proxy, bytes, limitBytes });
  }

  #watching(): WatchContext {
    const { clock, timing } = this.#options;
    return { admin: () => this.client(), clock, timing, signal: this.#ended.signal };
  }

  /** Whoever could not be reached keeps its backoff, however often something changes. */
  #lookSoon(): void {
    if (this.#current.state === 'unreachable') return;
    this.#options.turns.take(() => {
      this.#wake.abort();
    });
  }

  #rest(state: SessionState, reason?: SessionReason): number {
    this.#become(state, reason);
    return this.#interval();
  }

  #interval(): number {
    const { timing, takeOver, random } = this.#options;
    return takeOver.interval(timing.statusInterval, this.#now()) * (0.9 + 0.2 * random());
  }

  #become(state: SessionState, reason?: SessionReason): void {
    this.#current.become(state, reason, this.#now());
  }

  #now(): number {
    return this.#options.clock.now();
  }
}
