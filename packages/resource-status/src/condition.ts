import type { Problem } from '@silverback/errors';

/** A condition, as Kubernetes keeps them (metav1.Condition). */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** One word in CamelCase. */
  readonly reason: string;
  /** For people. Holds no secret. */
  readonly message: string;
  /** The generation of the object that the condition is about. */
  readonly observedGeneration: number;
  /** When `status` last changed: RFC 3339 in UTC. */
  readonly lastTransitionTime: string;
}

/** Longest message that the API server takes (metav1.Condition). */
const MAX_MESSAGE = 32_768;

/** What is known of one resource. */
export interface Programming {
  readonly generation: number;
  /** The condition that the resource has now; absent where it has none. */
  readonly existing?: Condition;
  /** Whether every proxy that could be in sync, in every fleet, holds the resource as it is now. */
  readonly isConfirmed: boolean;
  /** What is wrong with the resource; those of severity `warning` don't count. */
  readonly problems: readonly Problem[];
}

/**
 * The condition `Programmed` of a resource.
 *
 * A problem or a refusal by Kong makes it False, and True needs every proxy that could be in sync. Once True for a
 * generation it stays so: new proxies, restarts and drift never take it back.
 *
 * @param now - RFC 3339 in UTC
 * @returns the condition; the existing one itself where nothing is to be changed
 */
export function programmedCondition(known: Programming, now: string): Condition {
  const { existing, generation } = known;
  const next = stateOf(known);
  if (next === undefined && existing !== undefined) return existing;
  const state = next ?? {
    status: 'Unknown',
    reason: 'Pending',
    message: 'Not every proxy holds the resource yet.',
  };
  const isSame =
    existing?.status === state.status &&
    existing.reason === state.reason &&
    existing.message === state.message &&
    existing.observedGeneration === generation;
  if (isSame) return existing;
  const lastTransitionTime = existing?.status === state.status ? existing.lastTransitionTime : now;
  return { type: 'Programmed', ...state, observedGeneration: generation, lastTransitionTime };
}

type State = Pick<Condition, 'status' | 'reason' | 'message'>;

/** Undefined where the existing condition stays, if there is one. */
function stateOf({ existing, generation, isConfirmed, problems }: Programming): State | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first !== undefined) {
    return { status: 'False', reason: first.code, message: messageOf(errors) };
  }
  if (isConfirmed) {
    return { status: 'True', reason: 'Programmed', message: 'Every proxy holds the resource.' };
  }
  const isSticky = existing?.status === 'True' && existing.observedGeneration === generation;
  if (isSticky || existing?.reason === 'Pending') return undefined;
  return { status: 'Unknown', reason: 'Pending', message: 'Not every proxy holds the resource yet.' };
}

function messageOf(errors: readonly Problem[]): string {
  const lines = errors.map(({ field, message, action }) => {
    const place = field === undefined || field === '' ? '' : `${field}: `;
    return `${place}${message}; ${action}`;
  });
  return [...new Set(lines)].join('\n').slice(0, MAX_MESSAGE);
}
