import {
  assemble,
  encodePayload,
  type Fragment,
  type Payload,
  type RootKey,
} from '@silverback/kong-configuration';
import type { Problem } from '@silverback/errors';
import type { Quarantine } from './quarantine.ts';

/** A root whose newest fragment is not used. */
export interface Hold {
  readonly root: RootKey;
  /** The refused root because of which this one is held: itself, or a plugin that it asks for. */
  readonly because: RootKey;
  /** `previous`: the last accepted fragment is used. `left-out`: none is. */
  readonly instead: 'previous' | 'left-out';
}

/** A payload with everything that led to it. */
export interface Composition {
  /** Grows with each composition of a fleet: tells newer from older. */
  readonly sequence: number;
  readonly payload: Payload;
  /** The fragments that are in the payload, held ones included. */
  readonly fragments: ReadonlyMap<RootKey, Fragment>;
  readonly holds: readonly Hold[];
  /** The problems that assembly found. */
  readonly problems: readonly Problem[];
}

/** How often dependents of refused roots may pull others into a hold before they are left out instead. */
const HOLD_ROUNDS = 4;

/** What a composition is made of. */
export interface CompositionInput {
  readonly sequence: number;
  /** What the resources say now. */
  readonly current: ReadonlyMap<RootKey, Fragment>;
  readonly quarantine: Quarantine;
  /** The fragments of the last accepted payload. */
  readonly accepted: ReadonlyMap<RootKey, Fragment>;
  /** Roots whose change is kept out for now, to find what a refusal is about. */
  readonly withheld: ReadonlySet<RootKey>;
  /** Fragments of roots that were served before a start and have not been seen since, while a part of the source is unread. */
  readonly unseen: ReadonlyMap<RootKey, Fragment>;
}

/**
 * Makes a payload of the current fragments, with what was refused replaced by its last accepted form.
 *
 * A route whose plugin was refused and never accepted goes back to its own last accepted form (which did not have that
 * plugin yet), or is left out by assembly: never served with less protection than its manifest says.
 */
export function compose(input: CompositionInput): Composition {
  const { accepted } = input;
  const { fragments, holds } = withHolds(input);
  for (const fragment of input.unseen.values()) {
    const isOut = input.quarantine.refuses(fragment) || input.withheld.has(fragment.root);
    if (!isOut) fragments.set(fragment.root, fragment);
  }
  let assembly = assemble(fragments.values());
  for (let round = 0; round < HOLD_ROUNDS; round += 1) {
    const dependents = assembly.unresolved.filter(({ root, needs }) => {
      const previous = accepted.get(root);
      return (
        holds.has(needs) &&
        !holds.has(root) &&
        previous !== undefined &&
        previous.hash !== fragments.get(root)?.hash
      );
    });
    if (dependents.length === 0) break;
    for (const { root, needs } of dependents) {
      const previous = accepted.get(root);
      if (previous === undefined) continue;
      fragments.set(root, previous);
      holds.set(root, { root, because: needs, instead: 'previous' });
    }
    assembly = assemble(fragments.values());
  }
  return {
    sequence: input.sequence,
    payload: encodePayload(assembly),
    fragments,
    holds: [...holds.values()].filter(({ because }) => !input.withheld.has(because)),
    problems: [...assembly.problems, ...(input.unseen.size === 0 ? [] : [unseenProblem(input.unseen.size)])],
  };
}

/** The current fragments, with what was refused or is kept out for now in its last accepted form. */
function withHolds({ current, quarantine, accepted, withheld }: CompositionInput): {
  readonly fragments: Map<RootKey, Fragment>;
  readonly holds: Map<RootKey, Hold>;
} {
  const holds = new Map<RootKey, Hold>();
  const fragments = new Map<RootKey, Fragment>();
  for (const [root, fragment] of current) {
    if (!quarantine.refuses(fragment) && !withheld.has(root)) {
      fragments.set(root, fragment);
      continue;
    }
    const previous = accepted.get(root);
    const usable = previous !== undefined && !quarantine.refuses(previous);
    if (usable) fragments.set(root, previous);
    holds.set(root, { root, because: root, instead: usable ? 'previous' : 'left-out' });
  }
  return { fragments, holds };
}

function unseenProblem(count: number): Problem {
  return {
    code: 'SourceIncomplete',
    severity: 'error',
    message: `${String(count)} resources that were served before are missing, and not all of the source could be read`,
    action: 'they stay in service as they were last accepted',
  };
}

/** The roots of a composition that are new or other than what was last accepted, sorted. */
export function changedRoots(
  { fragments }: Composition,
  accepted: ReadonlyMap<RootKey, Fragment> | undefined,
): RootKey[] {
  return [...fragments.values()]
    .filter((fragment) => {
      const before = accepted?.get(fragment.root);
      return before !== fragment && before?.hash !== fragment.hash;
    })
    .map(({ root }) => root)
    .sort();
}

/** The fragments whose roots are not among the seen ones. */
export function withoutRoots(
  fragments: ReadonlyMap<RootKey, Fragment>,
  seen: ReadonlyMap<RootKey, Fragment>,
): ReadonlyMap<RootKey, Fragment> {
  return new Map([...fragments].filter(([root]) => !seen.has(root)));
}
