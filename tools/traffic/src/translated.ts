import { ClusterState, projectResource } from '@silverback/cluster-state';
import { assemble, encodePayload, type ProxyFacts } from '@silverback/kong-configuration';
import { TranslationEngine, type TranslationContext } from '@silverback/translation';

/** What a proxy would get for these manifests. */
export interface Translated {
  /** Parsed from the very bytes. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** The codes of all problems, sorted, each once. */
  readonly problems: readonly string[];
}

/**
 * The way from manifests to a proxy's configuration, by the parts that the controller uses.
 *
 * @throws Error about a manifest that is no Kubernetes object
 */
export function translated(
  manifests: readonly object[],
  facts: ProxyFacts,
  settings: Partial<TranslationContext> = {},
): Translated {
  const state = new ClusterState();
  state.replaceAll(manifests.flatMap(resourceOf));
  const engine = new TranslationEngine({ state, settings: { ingressClass: 'kong', ...settings } });
  engine.update(new Set());
  const fragments = [...engine.fragmentsFor(facts).values()];
  const assembly = assemble(fragments);
  const bytes = Buffer.concat(encodePayload(assembly).segments);
  const problems = [...fragments.flatMap((fragment) => fragment.problems), ...assembly.problems];
  return {
    configuration: JSON.parse(bytes.toString()) as Record<string, unknown>,
    problems: [...new Set(problems.map(({ code }) => code))].sort(),
  };
}

function resourceOf(manifest: object) {
  const projection = projectResource(manifest);
  if ('failure' in projection) throw new Error(`${projection.failure.field}: ${projection.failure.message}`);
  return 'resource' in projection ? [projection.resource] : [];
}
