import type { Cancel, Clock } from '@silverback/clock';

/** How long a suspicious payload is held, in ms. */
const HOLD_MS = 60_000;

/** What the guard holds: numbers of routes. */
export interface Shrunk {
  readonly routes: number;
  /** How many the last accepted payload had. */
  readonly before: number;
}

/**
 * Holds a payload that has lost more than half of the routes right after the source was read anew (a start, a relist, a
 * change of definitions), when it is likelier that something is missing than that somebody deleted them. One round only:
 * once a payload has passed, later ones are believed.
 */
export class ShrinkGuard {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  readonly #isOn: boolean;
  #isOver: boolean;
  #deadline: number | undefined;
  #cancelTimer: Cancel = () => undefined;
  #shrunk: Shrunk | undefined;

  /**
   * @param isOn - false to let everything pass
   * @param onOver - called when a held payload may pass
   */
  constructor(clock: Clock, isOn: boolean, onOver: () => void) {
    this.#clock = clock;
    this.#isOn = isOn;
    this.#isOver = !isOn;
    this.#onOver = onOver;
  }

  /** What is held now. */
  get shrunk(): Shrunk | undefined {
    return this.#shrunk;
  }

  /** Begins again, because the source was read anew. What is held already is not held for longer. */
  arm(): void {
    if (this.#shrunk !== undefined) return;
    this.#isOver = !this.#isOn;
    this.#deadline = undefined;
  }

  /** Whether a payload is held; the first one that is not ends the guard. */
  holds(routes: number, before: number): boolean {
    this.stop();
    const now = this.#clock.now();
    if (!this.#isOver && routes * 2 < before && now < (this.#deadline ??= now + HOLD_MS)) {
      this.#shrunk = { routes, before };
      this.#cancelTimer = this.#clock.schedule(this.#deadline - now, this.#onOver);
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
