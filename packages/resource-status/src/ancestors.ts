import type { Problem, ResourceReference } from '@silverback/errors';
import { programmedCondition, type Condition } from './condition.ts';
import { isConfirmedBy, rootOf, type FleetOutcome } from './fleet-outcome.ts';

/** As whom Silverback signs in lists that several controllers share (`controllerName`). */
export const CONTROLLER_NAME = 'silverback.dev/controller';

/** The most ancestors that a policy may name (Gateway API, GEP-713). */
export const MAX_ANCESTORS = 16;

/** What became of a policy at one object that uses it: an entry of `status.ancestors` (Gateway API, GEP-713). */
export interface PolicyAncestor {
  /** The Service or KongServiceFacade that carries the annotation. */
  readonly ancestor: ResourceReference;
  readonly conditions: readonly Condition[];
}

/** What is known of a policy. */
export interface PolicyUse {
  readonly policy: ResourceReference;
  readonly generation: number;
  /** The objects that use the policy, the oldest first. */
  readonly users: readonly ResourceReference[];
  /** Our own entries, as they are now. */
  readonly existing: readonly PolicyAncestor[];
}

/**
 * The entries of a policy's `status.ancestors`: one for each object that uses it and that a fleet serves. `Accepted` is
 * False where the policy has a mistake, `Programmed` goes by the object: see {@link programmedCondition}.
 *
 * @param problemsOf - what is wrong with a resource, by {@link rootOf}
 * @param now - RFC 3339 in UTC
 * @returns at most {@link MAX_ANCESTORS} entries; the existing list itself where nothing is to be changed
 */
export function policyAncestors(
  use: PolicyUse,
  fleets: readonly FleetOutcome[],
  problemsOf: ReadonlyMap<string, readonly Problem[]>,
  now: string,
): readonly PolicyAncestor[] {
  const served = use.users.filter((user) => fleets.some(({ newest }) => newest.has(rootOf(user))));
  const next = served.slice(0, MAX_ANCESTORS).map((ancestor): PolicyAncestor => {
    const existing = use.existing.find((entry) => rootOf(entry.ancestor) === rootOf(ancestor));
    const own = problemsOf.get(rootOf(use.policy)) ?? [];
    const problems = [...own, ...(problemsOf.get(rootOf(ancestor)) ?? [])];
    const accepted = acceptedCondition(use.generation, own, conditionOf(existing, 'Accepted'), now);
    const isConfirmed = isConfirmedBy(fleets, rootOf(ancestor));
    const before = conditionOf(existing, 'Programmed');
    const programmed = programmedCondition(
      { generation: use.generation, isConfirmed, problems, ...(before && { existing: before }) },
      now,
    );
    return { ancestor: bare(ancestor), conditions: [accepted, programmed] };
  });
  return JSON.stringify(next) === JSON.stringify(use.existing) ? use.existing : next;
}

function acceptedCondition(
  generation: number,
  problems: readonly Problem[],
  existing: Condition | undefined,
  now: string,
): Condition {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const state =
    errors.length === 0
      ? ({ status: 'True', reason: 'Accepted', message: 'The policy has no mistakes.' } as const)
      : ({
          status: 'False',
          reason: 'Invalid',
          message: errors.map(({ message }) => message).join('\n'),
        } as const);
  const lastTransitionTime = existing?.status === state.status ? existing.lastTransitionTime : now;
  return { type: 'Accepted', ...state, observedGeneration: generation, lastTransitionTime };
}

function conditionOf(entry: PolicyAncestor | undefined, type: string): Condition | undefined {
  return entry?.conditions.find((condition) => condition.type === type);
}

/** An entry names its ancestor without the UID. */
function bare({ kind, namespace, name }: ResourceReference): ResourceReference {
  return { kind, namespace, name };
}
