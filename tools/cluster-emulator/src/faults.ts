import { isMeant, type RequestFilter, type UserRequest } from './traffic.ts';

/** What goes wrong with a request. */
export type FaultEffect =
  /** The answer begins later. */
  | { readonly type: 'delay'; readonly ms: number }
  /** The request is refused, and nothing is done. */
  | {
      readonly type: 'refuse';
      readonly status: number;
      readonly retryAfterSeconds?: number;
      readonly message?: string;
    }
  /** The connection is cut: before anything is done, or when it is done and would be answered. */
  | { readonly type: 'cut'; readonly when: 'before' | 'after' }
  /** Reads show the cluster as it was at a revision. */
  | { readonly type: 'stale'; readonly revision: number }
  /** Nothing is ever answered, and the connection stays open. */
  | { readonly type: 'silence' };

/** A fault, and which requests meet it. */
export type Fault = FaultEffect & {
  readonly on?: RequestFilter;
  /** How many requests meet it before it ends by itself; default all. */
  readonly times?: number;
};

interface ActiveFault {
  readonly fault: Fault;
  left: number;
}

/** The faults that requests meet. */
export class Faults {
  readonly #active = new Set<ActiveFault>();

  /** @returns a function that ends the fault */
  add(fault: Fault): () => void {
    const active = { fault, left: fault.times ?? Infinity };
    this.#active.add(active);
    return () => this.#active.delete(active);
  }

  /** Ends all faults. */
  clear(): void {
    this.#active.clear();
  }

  /** What a request meets; counts it. */
  take(request: UserRequest): readonly Fault[] {
    const met: Fault[] = [];
    for (const active of this.#active) {
      if (!isMeant(active.fault.on ?? {}, request)) continue;
      met.push(active.fault);
      active.left -= 1;
      if (active.left <= 0) this.#active.delete(active);
    }
    return met;
  }
}
