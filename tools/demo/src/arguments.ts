/** Where the controller of the demo takes its resources from: a folder of manifests, or an emulated cluster. */
export type ResourceSource = 'folder' | 'cluster';

/** What the user asked for. */
export type DemoArguments =
  | { readonly mode: 'live'; readonly source: ResourceSource }
  | { readonly mode: 'once'; readonly source: ResourceSource }
  | { readonly mode: 'usage'; readonly mistake?: string };

/** The text that `--help` prints. */
export const USAGE = `Usage: npm run demo [-- [--once] [--cluster]]

  (nothing)  start three emulated proxies, two backends and the controller, and show them until Ctrl-C
  --once     unattended: start, check what Silverback promises, end; exit code 0 only if every check passed
  --cluster  the resources come from an emulated API server, to be used with kubectl, not from a folder of manifests
`;

/**
 * Reads the command line of the demo.
 *
 * @param words - the arguments after the script's name
 */
export function readArguments(words: readonly string[]): DemoArguments {
  if (words.length === 1 && ['--help', '-h'].includes(words[0] ?? '')) return { mode: 'usage' };
  const given = new Set(words);
  const isKnown = words.every((word) => word === '--once' || word === '--cluster');
  if (!isKnown || given.size < words.length)
    return { mode: 'usage', mistake: `unknown argument: ${words.join(' ')}` };
  return {
    mode: given.has('--once') ? 'once' : 'live',
    source: given.has('--cluster') ? 'cluster' : 'folder',
  };
}
