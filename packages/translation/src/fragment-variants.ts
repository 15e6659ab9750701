import { isDeepStrictEqual } from 'node:util';
import {
  facetAnswer,
  type FacetName,
  type Facets,
  type Fragment,
  type ProxyFacts,
} from '@silverback/kong-configuration';

/** A fragment (or none), with the answers to the facets that its translator asked for. */
export interface Variant {
  readonly answers: Facets;
  readonly fragment: Fragment | undefined;
}

/** What one root yields: one variant for each distinct set of answers, shared by all proxies that answer so. */
export class FragmentVariants {
  /** One alone is kept without a list, because most roots have no other. */
  readonly #variants: Variant | readonly Variant[];

  /** None yet. */
  static readonly NONE = new FragmentVariants([]);

  constructor(variants: readonly Variant[]) {
    const [only] = variants;
    this.#variants = only !== undefined && variants.length === 1 ? only : variants;
  }

  /** The variant for proxies with these facts; undefined if it has not been made yet. */
  of(facts: ProxyFacts): Variant | undefined {
    const variants = this.#variants;
    if ('answers' in variants) return fits(variants.answers, facts) ? variants : undefined;
    return variants.find(({ answers }) => fits(answers, facts));
  }

  /** These variants and one more. */
  with(variant: Variant): FragmentVariants {
    return new FragmentVariants([...this.#all(), variant]);
  }

  /** The same variants, with the fragments of `previous` where those are equal: what stays the same is the same object. */
  reusing(previous: FragmentVariants | undefined): FragmentVariants {
    if (previous === undefined) return this;
    return new FragmentVariants(
      this.#all().map(({ answers, fragment }) => {
        const before = previous.#all().find((other) => isDeepStrictEqual(other.fragment, fragment));
        return before === undefined ? { answers, fragment } : { answers, fragment: before.fragment };
      }),
    );
  }

  #all(): readonly Variant[] {
    return 'answers' in this.#variants ? [this.#variants] : this.#variants;
  }
}

function fits(answers: Facets, facts: ProxyFacts): boolean {
  return Object.entries(answers).every(
    ([facet, answer]) => facetAnswer(facet as FacetName, facts) === answer,
  );
}
