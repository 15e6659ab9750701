import type { Code, Problem } from '@silverback/errors';
import type { Unresolved } from '../assembly-result.ts';
import type { Fragment, RootKey } from '../fragment.ts';

/** What a problem says beside its code and the resource. */
export interface ProblemText {
  readonly field?: string;
  readonly entity?: string;
  readonly message: string;
  readonly action: string;
}

/** Collects what an assembly has to say beside the configuration. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly unresolved: Unresolved[] = [];
  /** Plugins that are missing, with what asks for them. */
  readonly missingPlugins: { readonly plugin: RootKey; readonly asker: Fragment }[] = [];
  /** Made when it is needed: nearly all findings are empty, and there are hundreds of thousands. */
  #seen: Set<string> | undefined;

  get isEmpty(): boolean {
    return this.problems.length === 0 && this.unresolved.length === 0 && this.missingPlugins.length === 0;
  }

  /** Adds a problem of the resource that the fragment comes from. */
  report(fragment: Fragment, code: Code, text: ProblemText, severity: Problem['severity'] = 'error'): void {
    const { resource, location } = fragment;
    this.problems.push({
      code,
      severity,
      resource,
      ...(location === undefined ? {} : { location }),
      ...text,
    });
  }

  /** Notes, once for each pair, that a part of the fragment waits for what another root has to give. */
  waitsFor(fragment: Pick<Fragment, 'root'>, needs: RootKey): void {
    const pair = `${fragment.root}\0${needs}`;
    this.#seen ??= new Set();
    if (this.#seen.has(pair)) return;
    this.#seen.add(pair);
    this.unresolved.push({ root: fragment.root, needs });
  }
}
