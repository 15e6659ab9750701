import type { Code } from '@silverback/errors';
import type { FanOutEvent } from '@silverback/fan-out';
import type { Payload } from '@silverback/kong-configuration';

/** Everything that happens in a fleet: what its sessions tell, and what it decides. Holds no secrets. */
export type FleetEvent = { readonly fleet: string } & (
  | FanOutEvent
  /** A payload that no proxy has accepted yet; it goes to trial proxies first. */
  | { readonly type: 'candidate'; readonly payload: Payload }
  /** A payload was accepted and goes to every proxy. */
  | { readonly type: 'released'; readonly payload: Payload }
  /** Kong refused resources; they are held back, the rest goes on. */
  | { readonly type: 'quarantined'; readonly roots: readonly string[]; readonly reason: string }
  /** Kong refused a payload without naming anything that it holds. */
  | { readonly type: 'refused-unnamed'; readonly payload: Payload; readonly reason: string }
  /** What a refusal is about is looked for by trying parts of the changes; so many of them are kept out for now. */
  | { readonly type: 'searching'; readonly withheld: number; readonly reason: string }
  /** A payload that lost most of its routes right after a start is held for a while. */
  | {
      readonly type: 'shrink-held';
      readonly payload: Payload;
      readonly routesBefore: number;
    }
  /** Something could not be read from, or written to, the state directory. */
  | { readonly type: 'state-failed'; readonly code: Code; readonly reason: string }
  /** A proxy refuses what others accept. */
  | { readonly type: 'odd'; readonly proxyName: string; readonly reason: string }
);

type WithoutFleet<E> = E extends unknown ? Omit<E, 'fleet'> : never;

/** A fleet event before the name of the fleet is put in. */
export type FleetEventBody = WithoutFleet<FleetEvent>;
