const NOBODY: readonly never[] = [];

/**
 * Claims on slots, each slot's in the order in which they win. Most slots have one claim, and are kept without a list.
 */
export class Contest<Claim extends object> {
  readonly #compare: (a: Claim, b: Claim) => number;
  readonly #slots = new Map<string, Claim | Claim[]>();
  /** Slots that were touched, with the claim that had them before. */
  #touched = new Map<string, Claim | undefined>();

  /** @param compare - negative where the first one wins; 0 where they are the same claim, and nowhere else */
  constructor(compare: (a: Claim, b: Claim) => number) {
    this.#compare = compare;
  }

  /** The claim that has a slot. */
  winner(slot: string): Claim | undefined {
    const claims = this.#slots.get(slot);
    return Array.isArray(claims) ? claims[0] : claims;
  }

  /** All claims on a slot, the winner first. */
  claims(slot: string): readonly Claim[] {
    const claims = this.#slots.get(slot);
    return claims === undefined ? [] : Array.isArray(claims) ? claims : [claims];
  }

  /** All claims on a slot but the winner. */
  losers(slot: string): readonly Claim[] {
    const claims = this.#slots.get(slot);
    return Array.isArray(claims) ? claims.slice(1) : NOBODY;
  }

  /** @returns whether there are other claims on the slot */
  add(slot: string, claim: Claim): boolean {
    const claims = this.#slots.get(slot);
    this.#touch(slot, claims);
    if (claims === undefined) this.#slots.set(slot, claim);
    else if (Array.isArray(claims)) claims.splice(this.#placeOf(claim, claims), 0, claim);
    else this.#slots.set(slot, this.#compare(claim, claims) < 0 ? [claim, claims] : [claims, claim]);
    return claims !== undefined;
  }

  /** Takes back a claim: the one that was added, or an equal one. */
  remove(slot: string, claim: Claim): void {
    const claims = this.#slots.get(slot);
    this.#touch(slot, claims);
    if (claims === undefined) return;
    if (!Array.isArray(claims)) {
      if (this.#compare(claims, claim) === 0) this.#slots.delete(slot);
      return;
    }
    const index = claims.findIndex((other) => this.#compare(other, claim) === 0);
    if (index >= 0) claims.splice(index, 1);
    const [last, ...others] = claims;
    if (last !== undefined && others.length === 0) this.#slots.set(slot, last);
  }

  /** The slots that were touched since the last call, with the claim that had them then. */
  takeTouched(): ReadonlyMap<string, Claim | undefined> {
    const touched = this.#touched;
    this.#touched = new Map();
    return touched;
  }

  #touch(slot: string, claims: Claim | Claim[] | undefined): void {
    if (this.#touched.has(slot)) return;
    this.#touched.set(slot, Array.isArray(claims) ? claims[0] : claims);
  }

  #placeOf(claim: Claim, claims: readonly Claim[]): number {
    let low = 0;
    let high = claims.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = claims[middle];
      if (other !== undefined && this.#compare(other, claim) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
