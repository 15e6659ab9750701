import type { Kind } from '@silverback/cluster-state';
import type { Problem } from '@silverback/errors';
import { ALL_KONG_KINDS, KONG_KINDS, missingFields, type KongKind } from '@silverback/kong-resources';
import { isRefusal } from '../access/api-error.ts';
import type { KubeHttp } from '../access/kube-http.ts';

/** Where CustomResourceDefinitions are. */
export const DEFINITIONS_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** More are named by their number. */
const NAMED = 8;

/** What a {@link DefinitionCheck} needs. */
export interface DefinitionCheckOptions {
  readonly http: KubeHttp;
  readonly signal: AbortSignal;
  /** Called when the problems are others than before. */
  readonly onProblems: () => void;
  /** Told when a definition could not be read. */
  readonly onUnchecked: (kind: Kind, message: string) => void;
}

/**
 * Holds the CustomResourceDefinitions of a cluster against our own. Definitions that somebody else made are never
 * replaced, so an older one may lack fields, which the API server then drops without a word.
 */
export class DefinitionCheck {
  readonly #options: DefinitionCheckOptions;
  readonly #problems = new Map<Kind, Problem>();
  #checking: Promise<void> = Promise.resolve();

  constructor(options: DefinitionCheckOptions) {
    this.#options = options;
  }

  /** One for each definition that lacks something. */
  get problems(): readonly Problem[] {
    return [...this.#problems.values()];
  }

  /** Looks at the definition of a kind as it is now; of a kind of ours only. */
  check(kind: Kind): void {
    if (!isKongKind(kind)) return;
    this.#checking = this.#checking.then(() => this.#check(kind));
  }

  /** Resolves when nothing is being looked at. */
  get idle(): Promise<void> {
    return this.#checking;
  }

  async #check(kind: KongKind): Promise<void> {
    const { http, signal, onProblems, onUnchecked } = this.#options;
    if (isAborted(signal)) return;
    const { plural, group } = KONG_KINDS[kind];
    const name = `${plural}.${group}`;
    const before = this.#problems.get(kind)?.message;
    try {
      const definition = await http.json({ path: `${DEFINITIONS_PATH}/${name}`, signal });
      const missing = missingFields(kind, definition);
      if (missing.length === 0) this.#problems.delete(kind);
      else this.#problems.set(kind, problemOf(kind, name, missing));
    } catch (error) {
      if (isRefusal(error, 404)) this.#problems.delete(kind);
      else if (!isAborted(signal)) onUnchecked(kind, error instanceof Error ? error.message : 'unknown');
    }
    if (this.#problems.get(kind)?.message !== before) onProblems();
  }
}

/** A function, because the answer may change while something is awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function problemOf(kind: KongKind, name: string, missing: readonly string[]): Problem {
  const named = missing.slice(0, NAMED).join(', ');
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  return {
    code: 'DefinitionFieldsMissing',
    severity: 'warning',
    message: `CustomResourceDefinition ${name} lacks ${named}${more}`,
    action: `the API server drops these fields from each ${kind}: they have no effect`,
  };
}

function isKongKind(kind: Kind): kind is KongKind {
  return ALL_KONG_KINDS.some((known) => known === kind);
}
