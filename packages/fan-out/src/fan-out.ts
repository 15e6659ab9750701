import type { Clock } from '@silverback/clock';
import type { ProxyMember } from '@silverback/discovery';
import type { AdminApi } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';
import type { FanOutEvent, SessionSnapshot } from './events.ts';
import { FormerSessions } from './former-sessions.ts';
import type { PinnedFacts } from './pins.ts';
import { ProxySession } from './proxy-session.ts';
import { TakeOver } from './take-over.ts';
import type { DesiredOptions } from './session-options.ts';
import { DEFAULT_TIMING, type FanOutTiming } from './timing.ts';
import { Turns } from './turns.ts';
import { UploadSlots } from './upload-slots.ts';

/** What a fan-out is made of. */
export interface FanOutOptions {
  readonly clock: Clock;
  /** Makes a client of a proxy's Admin API. Called again when a session needs new connections. */
  readonly connect: (proxy: ProxyMember) => AdminApi;
  /** Gives numbers in [0, 1); `Math.random` unless told otherwise. */
  readonly random?: () => number;
  readonly timing?: Partial<FanOutTiming>;
  /**
   * Whether this replica may send now: asked before each push and before each slice of an upload, the last one included.
   * It must be cheap, and tell from a monotonic clock. Always, unless told otherwise.
   */
  readonly mayPush?: () => boolean;
  /**
   * Whether this replica, although it may not send, may give a proxy that holds nothing what {@link FanOut.setLastGood}
   * said: asked like `mayPush`. True only where nobody can be told who leads. Never, unless told otherwise.
   */
  readonly mayRestore?: () => boolean;
  /** Facts of all proxies that are known better than by the proxies. */
  readonly pins?: PinnedFacts;
  /** Told everything that happens, in order. */
  readonly onEvent: (event: FanOutEvent) => void;
}

interface Member {
  /** As discovery sees it now. */
  proxy: ProxyMember;
  readonly session: ProxySession;
  isLeaving: boolean;
}

/** The proxy sessions of a fleet: one for each member, independent of each other but for the upload slots. */
export class FanOut {
  readonly #options: FanOutOptions;
  readonly #timing: FanOutTiming;
  readonly #slots: UploadSlots;
  readonly #turns: Turns;
  readonly #takeOver: TakeOver;
  readonly #sessions = new Map<string, Member>();
  /** Sessions of proxies that are no members any more, until they have ended. */
  readonly #ending = new Map<ProxySession, Promise<void>>();
  readonly #former: FormerSessions;

  constructor(options: FanOutOptions) {
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#takeOver = new TakeOver(this.#timing);
    this.#former = new FormerSessions(this.#timing.refusedRetryMax);
    this.#slots = new UploadSlots(this.#timing.uploads);
    this.#turns = new Turns(options.clock);
  }

  /**
   * Starts sessions for new members and ends those of members that have left. Members that are leaving are let go: what
   * is being sent to them is finished, nothing new is begun.
   */
  setMembers(members: readonly ProxyMember[]): void {
    const wanted = new Map(members.map((member) => [member.key, member]));
    for (const [key, member] of this.#sessions) {
      const now = wanted.get(key);
      if (now === undefined || !isServedBy(member, now)) this.#remove(member);
      else {
        member.proxy = now;
        if (now.leaving === true) this.#letGo(member);
      }
    }
    for (const member of wanted.values()) if (!this.#sessions.has(member.key)) this.#join(member);
  }

  /**
   * Sets what one proxy should hold. A key that is no member is ignored.
   */
  setDesired(key: string, payload: Payload | undefined, options: DesiredOptions = {}): void {
    this.#sessions.get(key)?.session.setDesired(payload, options);
  }

  /**
   * Sets what one proxy may get, if it holds nothing, from a replica that may not send: see `mayRestore`. It must have
   * been accepted by a proxy like it. A key that is no member is ignored.
   */
  setLastGood(key: string, payload: Payload | undefined): void {
    this.#sessions.get(key)?.session.setLastGood(payload);
  }

  /**
   * Asks a proxy whether an entity is by itself as its schema demands: see `AdminApi.checkEntity`.
   *
   * @returns what is wrong; undefined also where the proxy is no member
   * @throws SilverbackError when there is no usable answer
   */
  async checkEntity(
    key: string,
    type: string,
    entity: object,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    return this.#sessions.get(key)?.session.client().checkEntity?.(type, entity, signal);
  }

  /** All sessions, in the order of their proxies' keys. */
  sessions(): readonly SessionSnapshot[] {
    return [...this.#sessions.entries()]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, member]) => snapshotOf(member));
  }

  /** The session of one proxy, if it is a member. */
  session(key: string): SessionSnapshot | undefined {
    const member = this.#sessions.get(key);
    return member && snapshotOf(member);
  }

  /** Whether a proxy owes the answer to a configuration that was handed over to it in full; also after the end. */
  get isOwedAnswers(): boolean {
    if (this.#former.isOwedAnswers(this.#options.clock.now())) return true;
    return [...this.#sessions.values()].some(({ session }) => session.openRequest !== undefined);
  }

  /** Ends all sessions. */
  async stop(): Promise<void> {
    this.setMembers([]);
    await Promise.all([...this.#ending.keys()].map((session) => session.stop()));
  }

  #join(proxy: ProxyMember): void {
    const { clock, connect, random = Math.random, pins = {}, onEvent } = this.#options;
    const { mayRestore = () => false } = this.#options;
    const session: ProxySession = new ProxySession({
      proxy,
      connect,
      clock,
      random,
      timing: this.#timing,
      slots: this.#slots,
      turns: this.#turns,
      mayPush: () => this.#mayPush(),
      takeOver: this.#takeOver,
      mayRestore,
      pins,
      onEvent: (event) => {
        // What a session still hears while it ends is about nobody.
        if (this.#sessions.get(proxy.key)?.session === session) onEvent(event);
      },
      heritage: this.#former.take(proxy, clock.now()),
    });
    const member = { proxy, session, isLeaving: false };
    this.#sessions.set(proxy.key, member);
    onEvent({ type: 'joined', proxy });
    if (proxy.leaving === true) this.#letGo(member);
    else {
      this.#turns.take(() => {
        if (this.#sessions.get(proxy.key) === member) session.start();
      });
    }
  }

  #mayPush(): boolean {
    const { mayPush = () => true, clock } = this.#options;
    const may = mayPush();
    this.#takeOver.note(may, () => this.#longestApplyMs(), clock.now());
    return may;
  }

  #longestApplyMs(): number {
    return Math.max(0, ...this.sessions().map(({ lastApplyMs = 0 }) => lastApplyMs));
  }

  #letGo(member: Member): void {
    if (member.isLeaving) return;
    member.isLeaving = true;
    member.session.leave();
  }

  #remove({ proxy, session }: Member): void {
    this.#sessions.delete(proxy.key);
    this.#former.remember(proxy, session.heritage, this.#options.clock.now());
    const ending = session.finish().finally(() => this.#ending.delete(session));
    this.#ending.set(session, ending);
    this.#options.onEvent({ type: 'left', proxy });
  }
}

/** Whether the session of a member can go on: not if it has let the proxy go, or is to be reached in another way. */
function isServedBy({ proxy, isLeaving }: Member, now: ProxyMember): boolean {
  if (isLeaving && now.leaving !== true) return false;
  return proxy.protocol === now.protocol && proxy.serverName === now.serverName;
}

function snapshotOf({ proxy, session }: Member): SessionSnapshot {
  return { ...session.snapshot(), proxy };
}
