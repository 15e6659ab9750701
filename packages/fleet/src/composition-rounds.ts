import type { Cancel, TimeSlices } from '@silverback/clock';
import { Composer, type CompositionInput } from './composer.ts';
import type { Composition } from './composition.ts';

/** One composition, to be made now. */
export interface Round {
  readonly input: CompositionInput;
  /** Told what came out. */
  readonly done: (composition: Composition) => void;
}

/**
 * Composes in slices, one round after the other, so that no round blocks the event loop. What changes while a round is on
 * its way belongs to the next one: a round is of one moment.
 */
export class CompositionRounds {
  readonly #slices: TimeSlices;
  readonly #next: () => Round | undefined;
  #composer = new Composer();
  #isWanted = false;
  #isRunning = false;
  #cancel: Cancel = () => undefined;

  /** @param next - asked at the beginning of a round; undefined if there is nothing to compose after all */
  constructor(slices: TimeSlices, next: () => Round | undefined) {
    this.#slices = slices;
    this.#next = next;
  }

  /** Whether a round is on its way, or wanted. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Wants a round that begins now or later. If there is time, and little to do, it is over when this returns. */
  request(): void {
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#cancel = this.#slices.run(this.#steps(), () => {
      this.#isRunning = false;
    });
  }

  /** Drops the round that is on its way, and all that was remembered to make the next ones cheap. */
  stop(): void {
    this.#cancel();
    this.#isWanted = false;
    this.#isRunning = false;
    this.#composer = new Composer();
  }

  *#steps(): Generator<undefined, void, undefined> {
    while (this.#isWanted) {
      this.#isWanted = false;
      const round = this.#next();
      if (round === undefined) return;
      round.done(yield* this.#composer.compose(round.input));
      yield undefined;
    }
  }
}
