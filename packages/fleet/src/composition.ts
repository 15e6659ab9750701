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

/**
 * Makes a payload of the current fragments, with what was refused replaced by its last accepted form.
 *
 * A route whose plugin was refused and never accepted goes back to its own last accepted form (which did not have that
 * plugin yet), or is left out by assembly: never served with less protection than its manifest says.
 *
 * @param accepted - the fragments of the last accepted payload
 */
export function compose(
  sequence: number,
  current: ReadonlyMap<RootKey, Fragment>,
  quarantine: Quarantine,
  accepted: ReadonlyMap<RootKey, Fragment>,
): Composition {
  const holds = new Map<RootKey, Hold>();
  const fragments = new Map<RootKey, Fragment>();
  for (const [root, fragment] of current) {
    if (!quarantine.refuses(fragment)) {
      fragments.set(root, fragment);
      continue;
    }
    const previous = accepted.get(root);
    const usable = previous !== undefined && !quarantine.refuses(previous);
    if (usable) fragments.set(root, previous);
    holds.set(root, { root, because: root, instead: usable ? 'previous' : 'left-out' });
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
    sequence,
    payload: encodePayload(assembly),
    fragments,
    holds: [...holds.values()],
    problems: assembly.problems,
  };
}
