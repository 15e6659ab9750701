import type { Problem } from '@silverback/errors';
import type { Unresolved } from '../assembly-result.ts';
import { compareFragments } from '../assembly/ordered-parts.ts';
import { Findings } from '../assembly/findings.ts';
import { reportUnusable } from '../assembly/plugin-references.ts';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { Fragment, RootKey } from '../fragment.ts';

/** What was found, by where it was found, so that each place can be looked at again alone. */
export class FindingsLedger {
  readonly #bySource = new Map<string, Findings>();
  /** Roots of plugins that are missing → source → what asks for them. */
  readonly #missing = new Map<RootKey, Map<string, Fragment>>();
  #sorted: readonly Findings[] | undefined;

  /** Replaces what a source has to say. */
  put(source: string, findings: Findings | undefined): void {
    const isEmpty = findings === undefined || findings.isEmpty;
    // Most sources have nothing to say, and at a start there are a hundred thousand of them.
    if (isEmpty && this.#bySource.size === 0) return;
    const before = this.#bySource.get(source);
    if (before === undefined && isEmpty) return;
    this.#sorted = undefined;
    for (const { plugin } of before?.missingPlugins ?? []) {
      const askers = this.#missing.get(plugin);
      askers?.delete(source);
      if (askers?.size === 0) this.#missing.delete(plugin);
    }
    if (isEmpty) {
      this.#bySource.delete(source);
      return;
    }
    this.#bySource.set(source, findings);
    for (const { plugin, asker } of findings.missingPlugins) {
      const askers = this.#missing.get(plugin) ?? new Map<string, Fragment>();
      this.#missing.set(plugin, askers.set(source, asker));
    }
  }

  /** @param fragments - the fragments by root, which tell whether a missing plugin has one */
  problems(fragments: ReadonlyMap<RootKey, Fragment>): readonly Problem[] {
    return [...this.#inOrder(), this.#unusable(fragments)].flatMap(({ problems }) => problems);
  }

  /** Each pair once. */
  unresolved(): readonly Unresolved[] {
    const all = new Findings();
    for (const { unresolved } of this.#inOrder()) {
      for (const { root, needs } of unresolved) all.waitsFor({ root }, needs);
    }
    return all.unresolved;
  }

  #inOrder(): readonly Findings[] {
    this.#sorted ??= [...this.#bySource]
      .sort(([a], [b]) => compareCodeUnits(a, b))
      .map(([, findings]) => findings);
    return this.#sorted;
  }

  #unusable(fragments: ReadonlyMap<RootKey, Fragment>): Findings {
    const findings = new Findings();
    for (const plugin of [...this.#missing.keys()].sort()) {
      const definition = fragments.get(plugin);
      const [first] = [...(this.#missing.get(plugin)?.values() ?? [])].sort(compareFragments);
      if (definition && first) reportUnusable(definition, first, findings);
    }
    return findings;
  }
}
