import type { FragmentPart } from '../fragment.ts';
import type { Claimant } from './ordered-parts.ts';

/** Slots of one type. Claims come in the order of precedence, so the first one on a slot wins it. */
export class Slots<Part extends FragmentPart> {
  readonly #winners = new Map<string, Claimant<Part>>();

  /**
   * Bids for a slot.
   *
   * @returns the claimant that has the slot: the one given, if nobody had it before
   */
  claim(slot: string, claimant: Claimant<Part>): Claimant<Part> {
    const winner = this.#winners.get(slot);
    if (winner !== undefined) return winner;
    this.#winners.set(slot, claimant);
    return claimant;
  }

  winner(slot: string): Claimant<Part> | undefined {
    return this.#winners.get(slot);
  }
}
