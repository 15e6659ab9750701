/** What the user asked for. */
export type DemoArguments =
  | { readonly mode: 'live' }
  | { readonly mode: 'once' }
  | { readonly mode: 'usage'; readonly mistake?: string };

/** The text that `--help` prints. */
export const USAGE = `Usage: npm run demo [-- --once]

  (nothing)  start three emulated proxies, two backends and the controller, and show them until Ctrl-C
  --once     unattended: start, check what Silverback promises, end; exit code 0 only if every check passed
`;

/**
 * Reads the command line of the demo.
 *
 * @param words - the arguments after the script's name
 */
export function readArguments(words: readonly string[]): DemoArguments {
  const [first, ...rest] = words;
  if (first === undefined) return { mode: 'live' };
  if (rest.length === 0 && first === '--once') return { mode: 'once' };
  if (first === '--help' || first === '-h') return { mode: 'usage' };
  return { mode: 'usage', mistake: `unknown argument: ${words.join(' ')}` };
}
