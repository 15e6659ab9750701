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
  readonly #variants: readonly Variant[];

  constructor(variants: readonly Variant[]) {
    this.#variants = variants;
  }

  /** The variant for proxies with these facts; undefined if it has not been made yet. */
  of(facts: ProxyFacts): Variant | undefined {
    return this.#variants.find(({ answers }) => fits(answers, facts));
  }

  /** These variants and one more. */
  with(variant: Variant): FragmentVariants {
    // A concatenation takes the room of its elements, which a spread does not: there are many of these.
    return new FragmentVariants(this.#variants.concat(variant));
  }

  /** The same variants, with the fragments of `previous` where those are equal: what stays the same is the same object. */
  reusing(previous: FragmentVariants | undefined): FragmentVariants {
    if (previous === undefined) return this;
    return new FragmentVariants(
      this.#variants.map(({ answers, fragment }) => {
        const before = previous.#variants.find((other) => isDeepStrictEqual(other.fragment, fragment));
        return before === undefined ? { answers, fragment } : { answers, fragment: before.fragment };
      }),
    );
  }
}

function fits(answers: Facets, facts: ProxyFacts): boolean {
  return Object.entries(answers).every(
    ([facet, answer]) => facetAnswer(facet as FacetName, facts) === answer,
  );
}
