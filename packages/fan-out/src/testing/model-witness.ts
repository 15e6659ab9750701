import type { Clock } from '@silverback/clock';
import { isSilverbackError } from '@silverback/errors';
import type { AdminApi, NodeStatus, SendOptions } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';
import { isEmptyHash } from '../empty-hash.ts';
import { hasLostWorker, isOtherProcess } from '../node-facts.ts';
import type { FanOutTiming } from '../timing.ts';

/** What the witness may ask about the world at any moment. */
export interface Circumstances {
  readonly clock: Clock;
  readonly timing: FanOutTiming;
  /** What this controller should send to this proxy now. */
  readonly desired: () => Payload | undefined;
  /** What an empty proxy may get from a controller that may only restore. */
  readonly lastGood: () => Payload | undefined;
  readonly isMember: () => boolean;
  readonly mayRestore: () => boolean;
  readonly holdsLease: () => boolean;
  readonly report: (violation: string) => void;
}

interface Post {
  readonly hash: string;
  readonly before: NodeStatus;
  readonly isRestoring: boolean;
  handedOverAt?: number;
  isBroken?: true;
  isOver: boolean;
}

interface Refusal {
  readonly at: number;
  readonly flattened: boolean;
}

/** Sees everything that one controller does to one proxy, and holds it against the invariants of a session. */
export class Witness {
  readonly #now: () => number;
  readonly #world: Circumstances;
  readonly #refusals = new Map<string, Refusal>();
  #post: Post | undefined;
  #status: NodeStatus = { workerPids: [] };
  #reportedHash: string | undefined;

  constructor(world: Circumstances) {
    this.#world = world;
    this.#now = () => world.clock.now();
  }

  /** A client that passes everything on, seen by this witness. */
  watch(admin: AdminApi): AdminApi {
    return {
      address: admin.address,
      status: async (signal) => {
        const status = await admin.status(signal);
        this.#sawStatus(status);
        return status;
      },
      information: (signal) => admin.information(signal),
      sendConfiguration: (payload, options) => this.#send(admin, payload, options),
      connect: async (signal) => admin.connect?.(signal),
      onDisconnect: (listener) => admin.onDisconnect?.(listener),
      close: () => admin.close(),
    };
  }

  #sawStatus(status: NodeStatus): void {
    const { configurationHash } = status;
    const post = this.#post;
    this.#reportedHash = configurationHash;
    if (post?.handedOverAt !== undefined) {
      if (configurationHash === post.hash || isOtherProcess(post.before, status)) post.isOver = true;
      if (post.isBroken && hasLostWorker(post.before, status)) post.isOver = true;
    }
    if (isOtherProcess(this.#status, status)) {
      this.#refusals.clear();
      if (post) post.isOver = true;
    }
    this.#status = status;
  }

  async #send(admin: AdminApi, payload: Payload, options: SendOptions) {
    const isRestoring = !this.#world.holdsLease() && this.#world.mayRestore();
    const post: Post = { hash: payload.hash, before: this.#status, isOver: false, isRestoring };
    this.#checkStart(payload, options.flattenErrors, post);
    this.#post = post;
    try {
      const outcome = await admin.sendConfiguration(payload, {
        ...options,
        maySend: () => {
          const may = options.maySend?.() ?? true;
          if (may && !this.#maySend(post)) this.#world.report('7: a slice without a lease');
          return may;
        },
        onSent: () => {
          if (!this.#maySend(post)) this.#world.report('7: the last slice without a lease');
          post.handedOverAt = this.#now();
          options.onSent?.();
        },
      });
      post.isOver = true;
      if (outcome.type === 'refused') {
        this.#refusals.set(payload.hash, { at: this.#now(), flattened: options.flattenErrors });
      } else if (outcome.type === 'accepted') {
        this.#refusals.delete(payload.hash);
      }
      return outcome;
    } catch (error) {
      const isAnswer = isSilverbackError(error) && error.code === 'AdminApiFailed';
      if (isSilverbackError(error) && error.code === 'ConnectionReset') post.isBroken = true;
      if (post.handedOverAt === undefined || isAnswer) post.isOver = true;
      throw error;
    }
  }

  #maySend({ isRestoring }: Post): boolean {
    return isRestoring ? this.#world.mayRestore() : this.#world.holdsLease();
  }

  #checkStart(payload: Payload, flattenErrors: boolean, { isRestoring }: Post): void {
    const { desired, lastGood, isMember, timing, report } = this.#world;
    const now = this.#now();
    const before = this.#post;
    const isTimedOut = now - (before?.handedOverAt ?? now) >= timing.applyTimeout;
    if (before && !before.isOver && !isTimedOut) report('1: a POST while another one is under way');
    if (isRestoring) {
      if (payload !== lastGood()) report('6: a proxy is restored with what was not accepted last');
      if (!isEmptyHash(this.#reportedHash ?? '')) report('7: a proxy that holds something is restored');
    } else if (desired() === undefined) report('6: a POST before anything is desired');
    else if (desired() !== payload) report('2: a POST of something older than what is desired');
    if (!isMember()) report('a POST to a proxy that is leaving or gone');
    this.#checkRefusal(payload.hash, flattenErrors);
  }

  #checkRefusal(hash: string, flattenErrors: boolean): void {
    const { timing, report } = this.#world;
    const refusal = this.#refusals.get(hash);
    if (refusal === undefined) return;
    const isSecondTry = refusal.flattened && !flattenErrors;
    if (!isSecondTry && this.#now() - refusal.at < timing.refusedRetryMin / 10) {
      report('3: a refused hash again without backoff');
    }
  }
}
