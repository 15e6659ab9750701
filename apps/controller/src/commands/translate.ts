import { ClusterState } from '@silverback/cluster-state';
import { describeProblem } from '@silverback/errors';
import { assemble, encodePayload, type JsonValue, type Payload } from '@silverback/kong-configuration';
import { readDirectory } from '@silverback/manifests';
import { TranslationEngine } from '@silverback/translation';
import { dump } from 'js-yaml';
import { EXIT_CODES, type ExitCode } from '../exit-codes.ts';
import { maskSecrets } from '../mask-secrets.ts';
import type { Terminal } from '../terminal.ts';

/** The options of `silverback translate`. */
export interface TranslateOptions {
  /** Directory with manifests. */
  readonly from: string;
  readonly output: 'yaml' | 'json';
  readonly ingressClass: string;
  readonly showSecrets: boolean;
}

/** Prints the configuration that proxies would get for a directory of manifests, and the problems with it. */
export async function translate(options: TranslateOptions, terminal: Terminal): Promise<ExitCode> {
  const snapshot = await readDirectory(options.from);
  const state = new ClusterState();
  const engine = new TranslationEngine({ state, settings: { ingressClass: options.ingressClass } });
  engine.update(state.replaceAll(snapshot.resources));
  const fragments = [...engine.fragments().values()];
  const assembly = assemble(fragments);

  terminal.out(render(encodePayload(assembly), options));
  const problems = [
    ...snapshot.problems,
    ...fragments.flatMap((fragment) => fragment.problems),
    ...assembly.problems,
  ];
  for (const problem of problems) terminal.error(`${describeProblem(problem)}\n`);
  return problems.some(({ severity }) => severity === 'error') ? EXIT_CODES.findings : EXIT_CODES.fine;
}

function render(payload: Payload, { output, showSecrets }: TranslateOptions): string {
  const text = Buffer.concat(payload.segments).toString('utf8');
  if (output === 'json' && showSecrets) return text;
  const content = JSON.parse(text) as JsonValue;
  const shown = showSecrets ? content : maskSecrets(content);
  return output === 'json' ? JSON.stringify(shown) : dump(shown, { lineWidth: -1, noRefs: true });
}
