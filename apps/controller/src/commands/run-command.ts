import type { ScalarSetting } from '@silverback/settings';
import { type Command, Option } from 'commander';
import type { CommandContext } from './command-context.ts';

/** Texts by the names that commander gives to options. */
type GivenOptions = Readonly<Record<string, string | undefined>> & { readonly leaderElection: boolean };

/**
 * Adds `silverback run`.
 *
 * @param withFlags - whether to add the flags of the settings too
 */
export async function addRunCommand(
  program: Command,
  { terminal, finish }: CommandContext,
  withFlags: boolean,
): Promise<void> {
  const scalars = withFlags ? (await import('@silverback/settings')).listScalars() : [];
  const options = scalars.map(settingOption);
  const command = program
    .command('run')
    .description('keep the proxies of all fleets up to date, until SIGTERM or SIGINT')
    .requiredOption('-c, --config <file>', 'the settings file')
    .option('--no-leader-election', 'the same as --leader-election-enabled false: for one replica only')
    .addHelpText('after', () => runHelp(scalars));
  for (const option of options) command.addOption(option);
  command.action(async ({ leaderElection, ...given }: GivenOptions) => {
    const { run } = await import('./run.ts');
    const flags = Object.fromEntries(
      scalars.map(({ path }, index) => [path, given[options[index]?.attributeName() ?? '']]),
    );
    const enabled = leaderElection ? {} : { 'leaderElection.enabled': 'false' };
    finish(await run(given['config'] ?? '', { ...flags, ...enabled }, terminal));
  });
}

function settingOption({ flag, description, path }: ScalarSetting): Option {
  return new Option(`${flag} <value>`, `${path}: ${description}`);
}

function runHelp(scalars: readonly ScalarSetting[]): string {
  return `
Environment:
${scalars.map(({ variable, path }) => `  ${variable.padEnd(36)} ${path}`).join('\n')}

The log goes to stdout as JSON lines. Health, metrics and the state of all fleets are served at health.address:
  curl http://127.0.0.1:8080/readyz
  curl http://127.0.0.1:8080/fleets

Examples:
  silverback run --config silverback.yaml
  silverback run --config silverback.yaml --log-level debug
  SILVERBACK_HEALTH_ADDRESS=0.0.0.0:8080 silverback run --config /etc/silverback/silverback.yaml`;
}
