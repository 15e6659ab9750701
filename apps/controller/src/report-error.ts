import { isSilverbackError, SilverbackError } from '@silverback/errors';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { oneLine, type Terminal } from './terminal.ts';

/**
 * Writes an error as `silverback: CODE: where: message (advice)`; one that is not ours gets its stack below.
 *
 * @returns the exit code that belongs to it
 */
export function reportError(error: unknown, terminal: Pick<Terminal, 'error'>): ExitCode {
  if (isSilverbackError(error)) {
    terminal.error(`silverback: ${oneLine(error.describe())}\n`);
    return error.code === 'UsageMistake' ? EXIT_CODES.usage : EXIT_CODES.settings;
  }
  const message = error instanceof Error ? error.message : String(error);
  const described = new SilverbackError('InternalError', { message }).describe();
  terminal.error(`silverback: ${oneLine(described)}\n`);
  if (error instanceof Error && error.stack !== undefined) terminal.error(`${error.stack}\n`);
  return EXIT_CODES.internalError;
}
