/** How often what has occurred. */
export class Occurrences {
  readonly #counts = new Map<string, number>();

  note(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** What of these has never occurred. */
  missing(wanted: readonly string[]): readonly string[] {
    return wanted.filter((what) => !this.#counts.has(what));
  }

  /** One line for each, in the order of their names. */
  table(): string {
    return [...this.#counts]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([what, count]) => `${String(count).padStart(9)} ${what}`)
      .join('\n');
  }
}
