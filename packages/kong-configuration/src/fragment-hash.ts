import { hash } from 'node:crypto';
import type { FileLocation, Problem, ResourceReference } from '@silverback/errors';
import { canonicalJson } from './canonical-json.ts';
import type { Fragment, FragmentPart, Precedence, RootKey } from './fragment.ts';

/**
 * Completes a fragment with its hash. A fragment and all that it holds must not be changed afterwards: it is shared by
 * every assembly that it takes part in, and its hash stands for its content.
 *
 * The hash is computed when somebody asks for the first time. For most fragments nobody does before a proxy has accepted
 * them, and all the hashes of a large configuration would take longer than its bytes.
 *
 * @param content - everything but the hashes. Asking for the hash throws SilverbackError `ValueNotEncodable` if a part
 *   holds what is not JSON; `checkJson` tells beforehand
 */
export function createFragment(content: FragmentContent): Fragment {
  return new HashedFragment(content);
}

/** All that a fragment says. */
export type FragmentContent = Omit<Fragment, 'hash' | 'hashWithoutTargets'>;

const NO_PROBLEMS: readonly Problem[] = [];

class HashedFragment implements Fragment {
  readonly root: RootKey;
  readonly resource: ResourceReference;
  readonly precedence: Precedence;
  readonly parts: readonly FragmentPart[];
  readonly problems: readonly Problem[];
  declare readonly location?: FileLocation;
  declare readonly outdatedParts?: readonly number[];
  #hash: string | undefined;

  constructor(content: FragmentContent) {
    const { root, resource, location, precedence, parts, problems, outdatedParts } = content;
    this.root = root;
    this.resource = resource;
    this.precedence = precedence;
    // A copy has no room for more, which a list that grew has: there are many fragments.
    this.parts = parts.slice();
    this.problems = problems.length === 0 ? NO_PROBLEMS : problems.slice();
    if (location !== undefined) this.location = location;
    if (outdatedParts !== undefined) this.outdatedParts = outdatedParts;
  }

  get hash(): string {
    const { parts, precedence } = this;
    this.#hash ??= hash('sha256', canonicalJson({ parts, precedence }), 'hex');
    return this.#hash;
  }

  /** Asked for of few fragments, and not kept: room for it would be taken in all of them. */
  get hashWithoutTargets(): string {
    const { parts, precedence } = this;
    if (!parts.some(hasTargets)) return this.hash;
    return hash('sha256', canonicalJson({ parts: parts.map(withoutTargets), precedence }), 'hex');
  }
}

function hasTargets(part: FragmentPart): boolean {
  return part.type === 'service' && part.upstream?.targets !== undefined;
}

/** What is undefined is no part of canonical JSON. */
function withoutTargets(part: FragmentPart): unknown {
  return part.type === 'service' && part.upstream !== undefined
    ? { ...part, upstream: { ...part.upstream, targets: undefined } }
    : part;
}
