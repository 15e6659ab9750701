/** What can be wrong with an emulated Kong. */
export type Fault =
  /** The Admin API accepts requests and answers none; they go on when the fault is cleared, even those given up. */
  | { readonly type: 'hang' }
  /** The Admin API's port is closed and its connections are cut. */
  | { readonly type: 'refuse-connections' }
  /** Every POST /config is answered 400, blaming the entity with this id or name if it is in the configuration. */
  | {
      readonly type: 'refuse-configuration';
      readonly entityId?: string;
      readonly entityName?: string;
      readonly message?: string;
    }
  /** Every answer of the Admin API is late by this many milliseconds. */
  | { readonly type: 'slow'; readonly delayMs: number }
  /** The configuration is lost, once. */
  | { readonly type: 'empty' }
  /** A configuration is accepted, yet another hash is reported. */
  | { readonly type: 'wrong-hash' }
  /** POST /config is answered with this status (default 429), `times` times or until cleared. */
  | { readonly type: 'busy'; readonly status?: 429 | 503 | 504; readonly times?: number };

export type FaultType = Fault['type'];

const TYPES: readonly string[] = [
  'hang',
  'refuse-connections',
  'refuse-configuration',
  'slow',
  'empty',
  'wrong-hash',
  'busy',
] satisfies FaultType[];

/** Whether `type` names a fault. */
export function isFaultType(type: string): type is FaultType {
  return TYPES.includes(type);
}

/** The faults that hold now, at most one of each type. */
export class FaultSet {
  readonly #active = new Map<FaultType, Fault>();
  #cleared = Promise.withResolvers<undefined>();

  get active(): readonly Fault[] {
    return [...this.#active.values()];
  }

  get<T extends FaultType>(type: T): Extract<Fault, { type: T }> | undefined {
    return this.#active.get(type) as Extract<Fault, { type: T }> | undefined;
  }

  add(fault: Fault): void {
    this.#active.set(fault.type, fault);
  }

  clear(): void {
    this.#active.clear();
    this.#cleared.resolve(undefined);
    this.#cleared = Promise.withResolvers();
  }

  /** Resolves at the next `clear`. */
  get cleared(): Promise<undefined> {
    return this.#cleared.promise;
  }

  /** Uses one of the busy answers up and returns its status; nothing if the node isn't busy. */
  takeBusy(): number | undefined {
    const busy = this.get('busy');
    if (busy === undefined) return undefined;
    if (busy.times !== undefined) {
      if (busy.times <= 1) this.#active.delete('busy');
      else this.#active.set('busy', { ...busy, times: busy.times - 1 });
    }
    return busy.status ?? 429;
  }
}
