import { SystemClock } from '@silverback/clock';
import { ClusterState } from '@silverback/cluster-state';
import { describeProblem, type Problem } from '@silverback/errors';
import {
  assemble,
  DEFAULT_FACTS,
  encodePayload,
  secretTexts,
  type JsonValue,
  type Payload,
  type ProxyFacts,
} from '@silverback/kong-configuration';
import { readDirectory } from '@silverback/manifests';
import { Provenance, TranslationEngine } from '@silverback/translation';
import { dump } from 'js-yaml';
import { atTime } from '../ca-expiry.ts';
import { EXIT_CODES, type ExitCode } from '../exit-codes.ts';
import { shownConfiguration } from '../shown-configuration.ts';
import { oneLine, type Terminal } from '../terminal.ts';
import { explain } from './explain.ts';

/** The options of `silverback translate`. */
export interface TranslateOptions {
  /** Directory with manifests. */
  readonly from: string;
  readonly output: 'yaml' | 'json';
  /** Name of the IngressClass that is served. */
  readonly class: string;
  readonly showSecrets: boolean;
  /** What `router_flavor` is set to in the proxies. */
  readonly router: string;
  /** Version of the proxies, as in `3.9.1`. */
  readonly kongVersion: string;
  /** See the settings `translation`. */
  readonly missingPlugin: 'leave-out' | 'ignore';
  readonly drainSupport: boolean;
  readonly clusterDomain: string;
  /** Says where each entity comes from, in place of the configuration. */
  readonly explain: boolean;
  /** How problems are written to stderr. */
  readonly problems: 'text' | 'json';
}

/** Prints the configuration that proxies would get for a directory of manifests, and the problems with it. */
export async function translate(options: TranslateOptions, terminal: Terminal): Promise<ExitCode> {
  const snapshot = await readDirectory(options.from);
  const state = new ClusterState();
  const { missingPlugin, drainSupport, clusterDomain } = options;
  const settings = { ingressClass: options.class, missingPlugin, drainSupport, clusterDomain };
  const engine = new TranslationEngine({ state, settings });
  const now = new SystemClock().date();
  engine.update(state.replaceAll(snapshot.resources.map((resource) => atTime(resource, now))));
  const fragments = engine.fragmentsFor(factsOf(options));
  const assembly = assemble(fragments.values());
  const payload = encodePayload(assembly);

  const provenance = new Provenance({ state, engine, fragments, ownerOf: (id) => payload.ownerOf(id) });
  terminal.out(
    options.explain
      ? renderOrigins(payload, provenance, options)
      : render(payload, secretTexts(fragments.values()), options),
  );
  const problems = [
    ...snapshot.problems,
    ...[...fragments.keys()].sort().flatMap((root) => fragments.get(root)?.problems ?? []),
    ...assembly.problems,
  ];
  reportProblems(problems, options, terminal);
  return problems.some(({ severity }) => severity === 'error') ? EXIT_CODES.findings : EXIT_CODES.fine;
}

function factsOf({ router, kongVersion }: TranslateOptions): ProxyFacts {
  return { ...DEFAULT_FACTS, version: kongVersion, routerFlavor: router };
}

function render(
  payload: Payload,
  secrets: ReadonlySet<string>,
  { output, showSecrets }: TranslateOptions,
): string {
  const text = textOf(payload);
  if (output === 'json' && showSecrets) return text;
  const content = JSON.parse(text) as JsonValue;
  return write(showSecrets ? content : shownConfiguration(content, secrets), output);
}

function renderOrigins(payload: Payload, provenance: Provenance, { output }: TranslateOptions): string {
  return write(explain(JSON.parse(textOf(payload)) as JsonValue, provenance), output);
}

function textOf(payload: Payload): string {
  return Buffer.concat(payload.segments).toString('utf8');
}

function write(content: unknown, output: TranslateOptions['output']): string {
  return output === 'json' ? JSON.stringify(content) : dump(content, { lineWidth: -1, noRefs: true });
}

function reportProblems(problems: readonly Problem[], options: TranslateOptions, terminal: Terminal): void {
  for (const problem of problems) {
    terminal.error(
      `${options.problems === 'json' ? JSON.stringify(problem) : oneLine(describeProblem(problem))}\n`,
    );
  }
}
