/** The part of a terminal that the screen uses. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
}

const CLEAR_BELOW = '\u001b[J';

/** Shows lines at the bottom of a terminal and replaces them in place. */
export class Screen {
  readonly #terminal: Terminal;
  #shown: readonly string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows `lines` instead of those shown before; writes nothing if they are the same. */
  show(lines: readonly string[]): void {
    const fitting = this.#fitting(lines);
    if (fitting.join('\n') === this.#shown.join('\n')) return;
    const up = this.#shown.length === 0 ? '' : `\u001b[${this.#shown.length}A\r`;
    this.#terminal.write(`${up}${CLEAR_BELOW}${fitting.map((line) => `${line}\n`).join('')}`);
    this.#shown = fitting;
  }

  /** Lines that have left the screen at its top can't be replaced, so there are never more than fit. */
  #fitting(lines: readonly string[]): readonly string[] {
    const room = Math.max(2, this.#terminal.rows - 1);
    if (lines.length <= room) return lines;
    return [...lines.slice(0, room - 1), `… and ${lines.length - room + 1} lines more`];
  }
}
