import { type Command, Option } from 'commander';
import { VERSION } from '../version.ts';
import type { CommandContext } from './command-context.ts';

/** Adds `silverback version`. */
export function addVersionCommand(program: Command, { terminal }: CommandContext): void {
  program
    .command('version')
    .description('print the version')
    .addOption(
      new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'),
    )
    .action(({ output }: { readonly output: 'text' | 'json' }) => {
      const versions = {
        version: VERSION,
        node: process.versions.node,
        platform: `${process.platform}-${process.arch}`,
      };
      terminal.out(output === 'json' ? `${JSON.stringify(versions)}\n` : `silverback ${VERSION}\n`);
    });
}
