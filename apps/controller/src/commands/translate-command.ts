import { type Command, Option } from 'commander';
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
    .option('--ingress-class <name>', 'the IngressClass whose Ingresses are served', 'kong')
    .option('--show-secrets', 'print private keys and other secrets instead of ***', false)
    .addHelpText(
      'after',
      `
Problems with resources go to stderr, one line each. The exit code is 1 if one of them is of severity error.

Examples:
  silverback translate -f manifests
  silverback translate -f manifests -o json | jq '.services[].name'
  silverback translate -f manifests -o json --show-secrets | md5sum     the hash that proxies would report`,
    )
    .action(async (options: TranslateOptions) => {
      const { translate } = await import('./translate.ts');
      finish(await translate(options, terminal));
    });
}
