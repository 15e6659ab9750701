import { SilverbackError } from '@silverback/errors';
import { Command, CommanderError } from 'commander';
import { addCheckConfigCommand } from './commands/check-config-command.ts';
import type { CommandContext } from './commands/command-context.ts';
import { addPkiCommand } from './commands/pki-command.ts';
import { addRunCommand } from './commands/run-command.ts';
import { addTranslateCommand } from './commands/translate-command.ts';
import { addVersionCommand } from './commands/version-command.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { GENERAL_HELP } from './help.ts';
import { reportError } from './report-error.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/**
 * Runs one command to its end.
 *
 * @param args - the command line without the program's name
 * @returns the exit code
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODES.fine;
  const context: CommandContext = {
    terminal,
    finish: (code) => {
      exitCode = code;
    },
  };
  try {
    const program = await buildProgram(args, context);
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return reportUsage(error, terminal);
    return reportError(error, terminal);
  }
}

async function buildProgram(args: readonly string[], context: CommandContext): Promise<Command> {
  const program = new Command('silverback')
    .description('One controller for any number of DB-less Kong Gateway proxies on Kubernetes.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help for a command')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', GENERAL_HELP)
    .exitOverride()
    .configureOutput({
      writeOut: context.terminal.out,
      writeErr: context.terminal.error,
      // Errors are written by reportUsage, in the one form that all errors have.
      outputError: () => undefined,
    });
  // Commands inherit the settings above when they are added.
  // Listing the flags of the settings takes loading their schema, which only this command needs.
  await addRunCommand(program, context, args.includes('run'));
  addTranslateCommand(program, context);
  addCheckConfigCommand(program, context);
  addPkiCommand(program, context);
  addVersionCommand(program, context);
  return program;
}

function reportUsage(error: CommanderError, terminal: Terminal): ExitCode {
  if (error.exitCode === 0) return EXIT_CODES.fine;
  // Commander has printed its help on stderr when no command was given.
  const message =
    error.code === 'commander.help'
      ? 'no command is given'
      : error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return reportError(new SilverbackError('UsageMistake', { message }), terminal);
}
