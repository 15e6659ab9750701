import type { ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** What every command gets. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Sets the exit code of the process. */
  readonly finish: (code: ExitCode) => void;
}
