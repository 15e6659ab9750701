import { type Command, Option } from 'commander';
import type { CommandContext } from './command-context.ts';
import type { PkiInitOptions } from './pki-init.ts';

const DEFAULT_SERVER_NAME = 'kong-admin.kong.svc';

/** Adds `silverback pki`. */
export function addPkiCommand(program: Command, { terminal, finish }: CommandContext): void {
  const pki = program.command('pki').description('certificates for the Admin APIs of a fleet');
  pki
    .command('init')
    .description('make a CA, a certificate for the proxies and one for the controller')
    .requiredOption('--fleet <name>', 'name of the fleet')
    .option('--out <directory>', 'where to write; pki-<fleet> unless given')
    .addOption(
      new Option(
        '--server-name <name>',
        `host name or IP address in the proxies' certificate; repeat it for more (default: ${DEFAULT_SERVER_NAME})`,
      ).argParser((name: string, names: readonly string[] | undefined) => [...(names ?? []), name]),
    )
    .addOption(
      new Option('--format <format>', 'PEM files, or manifests of Secrets of type kubernetes.io/tls')
        .choices(['files', 'secrets'])
        .default('files'),
    )
    .option('--days <days>', 'how long the two certificates hold', '365')
    .option('--ca-days <days>', 'how long the CA holds', '1825')
    .addHelpText(
      'after',
      `
Keys are EC P-256, files are readable by their owner only, and nothing is overwritten. On stdout stand the environment
of the proxies and the settings of the controller that use them.

Examples:
  silverback pki init --fleet edge
  silverback pki init --fleet edge --format secrets --out secrets --server-name kong-admin.edge.svc`,
    )
    .action(
      async ({ serverName, ...options }: Partial<PkiInitOptions> & Omit<PkiInitOptions, 'serverName'>) => {
        const { pkiInit } = await import('./pki-init.ts');
        finish(await pkiInit({ ...options, serverName: serverName ?? [DEFAULT_SERVER_NAME] }, terminal));
      },
    );
}
