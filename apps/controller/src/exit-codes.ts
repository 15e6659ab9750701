/** What the exit code of a command says. Documented in `--help` and in the README. */
export const EXIT_CODES = {
  /** Everything is fine; also after SIGTERM and SIGINT. */
  fine: 0,
  /** The command did its work and found problems of severity error. */
  findings: 1,
  /** The command line is not understood. */
  usage: 2,
  /** The settings, or something that they name, can't be used. */
  settings: 3,
  /** A mistake in Silverback. */
  internalError: 70,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
