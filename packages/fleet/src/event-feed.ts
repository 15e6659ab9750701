import type { Cancel, Clock } from '@silverback/clock';
import type { FanOutEvent } from '@silverback/fan-out';
import { summaryOf, type FleetEventBody, type FleetEventRecord } from './events.ts';

/** How many events are kept for those who come later. */
const KEPT = 1_000;

type Listener = (event: FleetEventRecord) => void;

/**
 * Everything that happens in a fleet, in order and with ids: the one place from which logs, metrics and views are
 * derived. Keeps the last 1,000 events, without the bytes of payloads.
 */
export class EventFeed {
  readonly #fleet: string;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  #kept: FleetEventRecord[] = [];
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
    this.#kept.push(record);
    // Cut seldom, so that it costs little.
    if (this.#kept.length > 2 * KEPT) this.#kept = this.#kept.slice(-KEPT);
    for (const listener of this.#listeners) listener(record);
  }

  /**
   * The kept events that are newer than `id`, the oldest first. If the first one's id is not the next, events between
   * were not kept.
   */
  after(id = 0): readonly FleetEventRecord[] {
    return this.#kept.slice(-KEPT).filter((event) => event.id > id);
  }

  /** Tells `listener` every event from now on. */
  subscribe(listener: Listener): Cancel {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
