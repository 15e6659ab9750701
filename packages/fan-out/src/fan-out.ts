import type { Clock } from '@silverback/clock';
import type { ProxyMember } from '@silverback/discovery';
import type { AdminApi } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';
import type { FanOutEvent, SessionSnapshot } from './events.ts';
import { ProxySession } from './proxy-session.ts';
import { DEFAULT_TIMING, type FanOutTiming } from './timing.ts';
import { UploadSlots } from './upload-slots.ts';

/** What a fan-out is made of. */
export interface FanOutOptions {
  readonly clock: Clock;
  /** Makes a client of a proxy's Admin API. Called again when a session needs new connections. */
  readonly connect: (proxy: ProxyMember) => AdminApi;
  /** Gives numbers in [0, 1); `Math.random` unless told otherwise. */
  readonly random?: () => number;
  readonly timing?: Partial<FanOutTiming>;
  /** Told everything that happens, in order. */
  readonly onEvent: (event: FanOutEvent) => void;
}

/** The proxy sessions of a fleet: one for each member, independent of each other but for the upload slots. */
export class FanOut {
  readonly #options: FanOutOptions;
  readonly #timing: FanOutTiming;
  readonly #slots: UploadSlots;
  readonly #sessions = new Map<string, { proxy: ProxyMember; session: ProxySession }>();
  readonly #leaving = new Set<Promise<void>>();

  constructor(options: FanOutOptions) {
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#slots = new UploadSlots(this.#timing.uploads);
  }

  /** Starts sessions for new members and ends those of members that have left. */
  setMembers(members: readonly ProxyMember[]): void {
    const wanted = new Map(members.map((member) => [member.key, member]));
    for (const [key, { proxy, session }] of this.#sessions) {
      if (wanted.has(key)) continue;
      this.#sessions.delete(key);
      const leaving = session.stop().finally(() => this.#leaving.delete(leaving));
      this.#leaving.add(leaving);
      this.#options.onEvent({ type: 'left', proxy });
    }
    for (const member of wanted.values()) if (!this.#sessions.has(member.key)) this.#join(member);
  }

  /**
   * Sets what one proxy should hold. A key that is no member is ignored.
   *
   * @param checkHash - false to have the proxy apply the bytes once even if it holds them already
   */
  setDesired(key: string, payload: Payload | undefined, checkHash = true): void {
    this.#sessions.get(key)?.session.setDesired(payload, checkHash);
  }

  /** All sessions, in the order of their proxies' keys. */
  sessions(): readonly SessionSnapshot[] {
    return [...this.#sessions.entries()]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, { session }]) => session.snapshot());
  }

  /** The session of one proxy, if it is a member. */
  session(key: string): SessionSnapshot | undefined {
    return this.#sessions.get(key)?.session.snapshot();
  }

  /** Ends all sessions. */
  async stop(): Promise<void> {
    this.setMembers([]);
    await Promise.all(this.#leaving);
  }

  #join(proxy: ProxyMember): void {
    const session = new ProxySession({
      proxy,
      connect: this.#options.connect,
      clock: this.#options.clock,
      random: this.#options.random ?? Math.random,
      timing: this.#timing,
      slots: this.#slots,
      onEvent: this.#options.onEvent,
    });
    this.#sessions.set(proxy.key, { proxy, session });
    this.#options.onEvent({ type: 'joined', proxy });
    session.start();
  }
}
