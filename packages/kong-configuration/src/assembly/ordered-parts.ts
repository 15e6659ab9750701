import { compareCodeUnits } from '../code-unit-order.ts';
import type { Fragment, FragmentPart } from '../fragment.ts';
import { comparePrecedence } from '../precedence.ts';

/** A part with the fragment that bids with it. */
export interface Claimant<Part extends FragmentPart> {
  readonly part: Part;
  readonly fragment: Fragment;
  /** Where it stands among the parts of its fragment. */
  readonly position: number;
}

/** Compares claimants: the first one wins. */
export function compareClaimants(a: Claimant<FragmentPart>, b: Claimant<FragmentPart>): number {
  return (
    compareOutdated(a, b) ||
    (a.fragment === b.fragment ? a.position - b.position : compareFragments(a.fragment, b.fragment))
  );
}

/** Compares claimants of any age: those whose root does not claim the same any more come last. */
export function compareOutdated(a: Claimant<FragmentPart>, b: Claimant<FragmentPart>): number {
  return Number(isOutdated(a)) - Number(isOutdated(b));
}

function isOutdated({ fragment: { outdatedParts }, position }: Claimant<FragmentPart>): boolean {
  return outdatedParts?.includes(position) === true;
}

/** The part of a type. */
export type PartOf<Type extends FragmentPart['type']> = Extract<FragmentPart, { readonly type: Type }>;

/** All parts by type, each list in the order in which they win. */
export type OrderedParts = {
  readonly [Type in FragmentPart['type']]: readonly Claimant<PartOf<Type>>[];
};

/** Compares fragments by precedence. Root and hash decide the rest, so that the order in which they came never does. */
export function compareFragments(a: Fragment, b: Fragment): number {
  return (
    comparePrecedence(a.precedence, b.precedence) ||
    compareCodeUnits(a.root, b.root) ||
    compareCodeUnits(a.hash, b.hash)
  );
}

/** Sorts fragments as {@link compareFragments} says. */
export function orderFragments(fragments: Iterable<Fragment>): readonly Fragment[] {
  return [...fragments].sort(compareFragments);
}

/** Lists the parts of ordered fragments by type, in the order of {@link compareClaimants}. */
export function orderedParts(fragments: readonly Fragment[]): OrderedParts {
  const lists: { readonly [Type in FragmentPart['type']]: Claimant<FragmentPart>[] } = {
    service: [],
    route: [],
    plugin: [],
    'global-plugin': [],
    certificate: [],
    sni: [],
    consumer: [],
    credential: [],
    'consumer-group': [],
    'ca-certificate': [],
    vault: [],
    license: [],
    'custom-entity': [],
  };
  for (const fragment of fragments) {
    fragment.parts.forEach((part, position) => lists[part.type].push({ part, fragment, position }));
  }
  if (fragments.some(({ outdatedParts }) => outdatedParts !== undefined)) {
    for (const list of Object.values(lists)) list.sort(compareOutdated);
  }
  return lists as OrderedParts;
}
