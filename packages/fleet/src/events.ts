import type { Code } from '@silverback/errors';
import type { FanOutEvent } from '@silverback/fan-out';
import type { Payload } from '@silverback/kong-configuration';

/** What events say of a payload: not its bytes, which hold keys and would be kept alive. */
export type PayloadSummary = Pick<Payload, 'hash' | 'byteLength' | 'counts'>;

type Information = Extract<FanOutEvent, { type: 'information-read' }>['information'];

/** What events say of what a proxy told about itself: not the names of all its plugins. */
export type InformationSummary = Omit<Information, 'availablePlugins'>;

type Summarised<E> = E extends { readonly payload: Payload }
  ? Omit<E, 'payload'> & { readonly payload: PayloadSummary }
  : E extends { readonly information: Information }
    ? Omit<E, 'information'> & { readonly information: InformationSummary }
    : E;

/** Everything that happens in a fleet: what its sessions tell, and what it decides. Holds no secrets. */
export type FleetEvent = {
  readonly fleet: string;
  /** The name of the capability group that it is about, where it is about one. */
  readonly group?: string;
} & (
  | Summarised<FanOutEvent>
  /** A payload was made of what the resources say; what the report tells of them has changed with it. */
  | { readonly type: 'composed'; readonly payload: PayloadSummary }
  /** A payload that no proxy has accepted yet; it goes to trial proxies first. */
  | { readonly type: 'candidate'; readonly payload: PayloadSummary }
  /** A payload was accepted and goes to every proxy. */
  | { readonly type: 'released'; readonly payload: PayloadSummary }
  /** Kong refused resources; they are held back, the rest goes on. */
  | { readonly type: 'quarantined'; readonly roots: readonly string[]; readonly reason: string }
  /** What was held because Kong refused it is accepted now, although it has not changed. */
  | { readonly type: 'unquarantined'; readonly roots: readonly string[] }
  /** Kong refused a payload without naming anything that it holds. */
  | { readonly type: 'refused-unnamed'; readonly payload: PayloadSummary; readonly reason: string }
  /** What a refusal is about is looked for by trying parts of the changes; so many of them are kept out for now. */
  | { readonly type: 'searching'; readonly withheld: number; readonly reason: string }
  /** A payload that lost most of its routes when the source was read anew is held for a while. */
  | {
      readonly type: 'shrink-held';
      readonly payload: PayloadSummary;
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

/** An event with its place in the feed of its fleet. */
export type FleetEventRecord = FleetEvent & {
  /** Grows by one with each event of the fleet since the start. */
  readonly id: number;
  /** When it happened: RFC 3339 in UTC. */
  readonly at: string;
};

/** What is kept of what happened: without the bytes of payloads and without long lists. */
export function summaryOf(event: FanOutEvent | FleetEventBody): FleetEventBody {
  if ('payload' in event) {
    const { hash, byteLength, counts } = event.payload;
    return { ...event, payload: { hash, byteLength, counts } };
  }
  if (event.type !== 'information-read') return event;
  const information: InformationSummary & { availablePlugins?: unknown } = { ...event.information };
  delete information.availablePlugins;
  return { ...event, information };
}
