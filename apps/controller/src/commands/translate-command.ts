import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from './command-context.ts';
import type { TranslateOptions } from './translate.ts';

/** Adds `silverback translate`. */
export function addTranslateCommand(program: Command, { terminal, finish }: CommandContext): void {
  program
    .command('translate')
    .description('print the configuration that proxies would get for a directory of manifests')
    .requiredOption('-f, --from <directory>', 'directory with Kubernetes manifests, read recursively')
    .addOption(
      new Option('-o, --output <format>', 'yaml to be read; json is what would be sent, byte for byte')
        .choices(['yaml', 'json'])
        .default('yaml'),
    )
    .option('--class <name>', 'the IngressClass whose resources are served', 'kong')
    .addOption(
      new Option('--router <flavor>', 'what router_flavor is in the proxies')
        .choices(['traditional_compatible', 'traditional', 'expressions'])
        .default('traditional_compatible'),
    )
    .addOption(
      new Option('--kong-version <version>', 'version of the proxies')
        .argParser(parseVersion)
        .default('3.9.1'),
    )
    .addOption(
      new Option(
        '--missing-plugin <what>',
        'what becomes of a route whose plugin is missing: see translation.missingPlugin',
      )
        .choices(['leave-out', 'ignore'])
        .default('leave-out'),
    )
    .option('--drain-support', 'keep endpoints that terminate: see translation.drainSupport', false)
    .option('--cluster-domain <name>', 'domain of the cluster: see translation.clusterDomain', '')
    .option('--explain', 'print where each entity comes from, in place of the configuration', false)
    .addOption(
      new Option('--problems <format>', 'how problems are written: a line of text or of JSON for each')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--show-secrets', 'print private keys and other secrets instead of ***', false)
    .addHelpText(
      'after',
      `
Problems with resources go to stderr, one line each. The exit code is 1 if one of them is of severity error.

Examples:
  silverback translate -f manifests
  silverback translate -f manifests --router expressions --kong-version 3.4
  silverback translate -f manifests --explain
  silverback translate -f manifests --problems json 2>&1 >/dev/null | jq -r .code
  silverback translate -f manifests -o json --show-secrets | md5sum     the hash that proxies would report`,
    )
    .action(async (options: TranslateOptions) => {
      const { translate } = await import('./translate.ts');
      finish(await translate(options, terminal));
    });
}

function parseVersion(text: string): string {
  if (/^\d+\.\d+(\.\d+)*(-[\w-]+)?$/.test(text)) return text;
  throw new InvalidArgumentError('A version looks like 3.9, 3.9.1 or 3.9.0.1-enterprise-edition.');
}
