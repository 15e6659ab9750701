import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';

/** Adds `silverback check-config`. */
export function addCheckConfigCommand(program: Command, { terminal, finish }: CommandContext): void {
  program
    .command('check-config')
    .description('check the settings and the files that they name, without connecting to anything')
    .argument('<file>', 'the settings file')
    .addHelpText(
      'after',
      `
Prints OK, or every mistake at once on stderr. Variables that start with SILVERBACK_ count, as they do for "run".
Checks values and names, that files can be read, and that certificates are valid and match their keys.

Example:
  silverback check-config silverback.yaml && systemctl restart silverback`,
    )
    .action(async (file: string) => {
      const { checkConfig } = await import('./check-config.ts');
      finish(await checkConfig(file, terminal));
    });
}
