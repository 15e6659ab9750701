/**
 * The last look at a proxy that found it in sync. While the connections stand over which that was seen, it is still true
 * of the same process: what is new can be sent without asking once more. Each look is trusted once.
 */
export class ConfirmedLook {
  #at = Number.NEGATIVE_INFINITY;
  #standing: string | undefined;

  /**
   * @param now - monotonic time in ms
   * @param standing - the connections over which it was seen, if they stand: see `AdminApi.standing`
   */
  remember(now: number, standing: string | undefined): void {
    this.#at = now;
    this.#standing = standing;
  }

  /**
   * Takes the look, if it can be trusted.
   *
   * @param since - how old it may be: monotonic time in ms
   * @param standing - the connections that stand now
   * @returns the connections; undefined where somebody has to look again
   */
  take(since: number, standing: string | undefined): string | undefined {
    const trusted = this.#at >= since && this.#standing === standing ? standing : undefined;
    this.#standing = undefined;
    return trusted;
  }
}
