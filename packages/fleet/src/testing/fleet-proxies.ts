import type { VirtualClock } from '@silverback/clock';
import { EMPTY, SimulatedProxy } from '@silverback/fan-out/testing';
import { faultOf, refusalsOf } from './fleet-configuration.ts';

/** What can be wrong with a proxy for a while. */
export const FAULTS = [
  'hangs',
  'isDown',
  'stalls',
  'losesAnswers',
  'losesRequests',
  // It has no room for any configuration.
  'isFull',
  // It refuses everything, and names nothing that it was given.
  'isOdd',
  // Somebody else writes a configuration soon after each of ours.
  'isOverwritten',
] as const;
export type Fault = (typeof FAULTS)[number];

export const FOREIGN_HASH = 'f'.repeat(32);

/** How many proxies may refuse the same payload about the same time: those of a first trial. */
const MOST_REFUSERS = 3;
const SAME_TIME_MS = 20_000;

/** What the proxies of the model tell. */
export interface ProxyListener {
  /** A payload has arrived, and is looked at next. */
  readonly onArrival: (proxy: ModelProxy, hash: string, text: string) => void;
  readonly onViolation: (violation: string) => void;
}

/** A simulated proxy with a mind of its own. */
export class ModelProxy extends SimulatedProxy {
  readonly isExpressions: boolean;
  readonly faults = new Set<Fault>();
  /** Whether it has been odd at any time. */
  hasBeenOdd = false;

  constructor(at: number, isExpressions: boolean, clock: VirtualClock) {
    super(`kong-${String(at)}`, clock);
    this.isExpressions = isExpressions;
    if (isExpressions) this.behaviour.routerFlavor = 'expressions';
  }

  /** The name of its capability group. */
  get group(): string {
    return `router=${this.isExpressions ? 'expressions' : 'traditional'}`;
  }

  /** Whether it answers questions. */
  get isReachable(): boolean {
    return !this.faults.has('hangs') && !this.faults.has('isDown');
  }

  /** Begins or ends a fault. */
  set(fault: Fault, on: boolean): void {
    if (on) this.faults.add(fault);
    else this.faults.delete(fault);
    this.hasBeenOdd ||= this.faults.has('isOdd');
    const has = (some: Fault): boolean => this.faults.has(some);
    Object.assign(this.behaviour, {
      hangs: has('hangs'),
      isDown: has('isDown'),
      stalls: has('stalls'),
      losesAnswers: has('losesAnswers'),
      losesRequests: has('losesRequests'),
      databaseLimit: has('isFull') ? 0 : Infinity,
      overwrittenWith: has('isOverwritten') ? FOREIGN_HASH : undefined,
    });
  }

  /** Ends all faults. */
  mend(): void {
    for (const fault of this.faults) this.set(fault, false);
    this.behaviour.nextOutcomes = [];
    this.behaviour.nextError = undefined;
    this.applyMs = 10;
  }
}

/** The proxies of the model, of which the last ones route by expressions. */
export class ModelProxies {
  readonly all: readonly ModelProxy[];
  /** Whether Kong takes everything. */
  isLenient = false;
  readonly #clock: VirtualClock;
  readonly #listener: ProxyListener;
  /** Who refused which payload of a group, and when last. */
  readonly #refusals = new Map<string, Map<ModelProxy, number>>();

  constructor(count: number, firstOfExpressions: number, clock: VirtualClock, listener: ProxyListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.all = Array.from({ length: count }, (_, at) => this.#make(at, at >= firstOfExpressions));
  }

  #make(at: number, isExpressions: boolean): ModelProxy {
    const proxy = new ModelProxy(at, isExpressions, this.#clock);
    const apply = proxy.apply.bind(proxy);
    proxy.apply = async (payload, options) => {
      this.#listener.onArrival(proxy, payload.hash, Buffer.concat(payload.segments).toString());
      const outcome = await apply(payload, options);
      // What holds nothing loses nothing: it does not wait for the trial.
      const isCounted = !proxy.faults.has('isOdd') && proxy.hash !== EMPTY;
      if (outcome?.type === 'refused' && isCounted) this.#noteRefusal(payload.hash, proxy);
      return outcome;
    };
    proxy.behaviour.judge = (text) => {
      if (proxy.faults.has('isOdd')) return [{ entityType: 'route', entityId: 'no', messages: ['odd'] }];
      return this.isLenient ? [] : refusalsOf(text, isExpressions);
    };
    proxy.behaviour.checks = (_, entity) => (this.isLenient ? undefined : faultOf(entity));
    return proxy;
  }

  /** A payload that is refused is shown to a few proxies of a group, never to all. */
  #noteRefusal(hash: string, proxy: ModelProxy): void {
    const key = `${proxy.group} ${hash}`;
    const refusers = this.#refusals.get(key) ?? new Map<ModelProxy, number>();
    const now = this.#clock.now();
    refusers.set(proxy, now);
    this.#refusals.set(key, refusers);
    const recent = [...refusers.values()].filter((time) => now - time <= SAME_TIME_MS);
    if (recent.length > MOST_REFUSERS)
      this.#listener.onViolation('a refused payload reached too many proxies');
  }
}
