import type { Cancel, Clock } from '@silverback/clock';
import type { Payload } from '@silverback/kong-configuration';

/** How long a suspicious payload is held, in ms. */
const HOLD_MS = 60_000;

/** What the guard holds: numbers of routes. */
export interface Shrunk {
  readonly routes: number;
  /** How many the last accepted payload had. */
  readonly before: number;
}

/** What a {@link ShrinkGuard} needs. */
export interface ShrinkGuardOptions {
  readonly clock: Clock;
  /** False to let everything pass. */
  readonly isOn: boolean;
  /** Told of a payload that is held, once for all that are held one after the other. */
  readonly onHeld: (payload: Payload, routesBefore: number) => void;
  /** Called when a held payload may pass. */
  readonly onOver: () => void;
}

/**
 * Holds a payload that has lost more than half of the routes right after the source was read anew (a start, a relist, a
 * change of definitions), when it is likelier that something is missing than that somebody deleted them. One round only:
 * once a payload has passed, later ones are believed.
 */
export class ShrinkGuard {
  readonly #options: ShrinkGuardOptions;
  #isOver: boolean;
  #deadline: number | undefined;
  #cancelTimer: Cancel = () => undefined;
  #shrunk: Shrunk | undefined;

  constructor(options: ShrinkGuardOptions) {
    this.#options = options;
    this.#isOver = !options.isOn;
  }

  /** What is held now. */
  get shrunk(): Shrunk | undefined {
    return this.#shrunk;
  }

  /** Begins again, because the source was read anew. What is held already is not held for longer. */
  arm(): void {
    if (this.#shrunk !== undefined) return;
    this.#isOver = !this.#options.isOn;
    this.#deadline = undefined;
  }

  /** Whether a payload is held; the first one that is not ends the guard. */
  holds(payload: Payload, before: number): boolean {
    this.stop();
    const { clock, onHeld, onOver } = this.#options;
    const { routes } = payload.counts;
    const now = clock.now();
    if (!this.#isOver && routes * 2 < before && now < (this.#deadline ??= now + HOLD_MS)) {
      if (this.#shrunk === undefined) onHeld(payload, before);
      this.#shrunk = { routes, before };
      this.#cancelTimer = clock.schedule(this.#deadline - now, onOver);
      return true;
    }
    this.#shrunk = undefined;
    this.#isOver = true;
    return false;
  }

  /** Ends waiting. */
  stop(): void {
    this.#cancelTimer();
  }
}
