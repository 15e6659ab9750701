import type { ProxyMember } from '@silverback/discovery';
import type { NodeFacts } from './node-facts.ts';
import type { OpenRequest } from './outcome-watch.ts';
import type { Sending } from './sending.ts';

/** What a session leaves to the next one for the same proxy. */
export interface Heritage {
  /** What it learnt from what became of its pushes. */
  readonly sending: Sending;
  /** What it knew of the node. */
  readonly facts: NodeFacts;
  /** What it handed over, where it is not known what became of it. */
  readonly openRequest?: OpenRequest | undefined;
}

interface Kept extends Heritage {
  readonly key: string;
  readonly until: number;
}

/** What is known of proxies that are no members any more, should they come back: discovery may lose them for a moment. */
export class FormerSessions {
  readonly #keepMs: number;
  /** By address, the one that left first first. */
  readonly #kept = new Map<string, Kept>();

  /** @param keepMs - for how long something is remembered at least */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** Remembers what a session knew at its end. */
  remember(proxy: ProxyMember, { sending, facts, openRequest }: Heritage, now: number): void {
    const until = Math.max(now + this.#keepMs, openRequest?.deadline ?? 0);
    this.#kept.delete(addressOf(proxy));
    this.#kept.set(addressOf(proxy), { key: proxy.key, sending, facts, openRequest, until });
  }

  /** Gives what is known of the proxy behind a member, once. */
  take(proxy: ProxyMember, now: number): Heritage | undefined {
    this.#forget(now);
    const kept = this.#kept.get(addressOf(proxy));
    this.#kept.delete(addressOf(proxy));
    return kept && !isOtherPod(kept.key, proxy.key) ? kept : undefined;
  }

  /** Whether one of them owes the answer to what was handed over to it. */
  isOwedAnswers(now: number): boolean {
    return [...this.#kept.values()].some(
      ({ openRequest }) => openRequest && !openRequest.settled.aborted && openRequest.deadline > now,
    );
  }

  #forget(now: number): void {
    for (const [address, { until }] of this.#kept) if (until <= now) this.#kept.delete(address);
  }
}

/** The same proxy may get another key, when it becomes known which pod is behind an address. */
function addressOf({ host, port }: ProxyMember): string {
  return `${host} ${port}`;
}

/** Whether both keys name a pod, and not the same: whatever was sent to the one before is gone with it. */
function isOtherPod(before: string, now: string): boolean {
  const [pod, other] = [before, now].map((key) => key.split('#')[1]);
  return pod !== undefined && other !== undefined && pod !== other;
}
