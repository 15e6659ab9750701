import type { Cancel, Clock } from '@silverback/clock';
import type { FanOutEvent } from '@silverback/fan-out';
import { summaryOf, type FleetEventBody, type FleetEventRecord } from './events.ts';

/** How many events are kept for those who come later: of proxies, and as many of the fleet itself. */
const KEPT = 1_000;

/** The last ones of many events. */
class LastEvents {
  #kept: FleetEventRecord[] = [];

  add(event: FleetEventRecord): void {
    this.#kept.push(event);
    // Cut seldom, so that it costs little.
    if (this.#kept.length > 2 * KEPT) this.#kept = this.#kept.slice(-KEPT);
  }

  after(id: number): readonly FleetEventRecord[] {
    return this.#kept.slice(-KEPT).filter((event) => event.id > id);
  }
}

type Listener = (event: FleetEventRecord) => void;

/**
 * Everything that happens in a fleet, in order and with ids: the one place from which logs, metrics and views are
 * derived. Keeps the last 1,000 events that are about one proxy, and the last 1,000 others: in a fleet of a thousand proxies
 * a single push would take the place of all that was decided. Holds no bytes of payloads.
 */
export class EventFeed {
  readonly #fleet: string;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  readonly #ofProxies = new LastEvents();
  readonly #ofFleet = new LastEvents();
  #lastId = 0;

  constructor(fleet: string, clock: Clock) {
    this.#fleet = fleet;
    this.#clock = clock;
  }

  /** Adds an event and tells everybody who listens. */
  add(event: FanOutEvent | FleetEventBody): void {
    this.#lastId += 1;
    const record: FleetEventRecord = {
      ...summaryOf(event),
      fleet: this.#fleet,
      id: this.#lastId,
      at: this.#clock.date().toISOString(),
    };
    ('proxy' in record ? this.#ofProxies : this.#ofFleet).add(record);
    for (const listener of this.#listeners) listener(record);
  }

  /** The kept events that are newer than `id`, the oldest first. Where an id is missing, that event was not kept. */
  after(id = 0): readonly FleetEventRecord[] {
    return [...this.#ofProxies.after(id), ...this.#ofFleet.after(id)].sort((a, b) => a.id - b.id);
  }

  /** Tells `listener` every event from now on. */
  subscribe(listener: Listener): Cancel {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
