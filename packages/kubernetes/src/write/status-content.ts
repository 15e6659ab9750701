import type { PolicyAncestor, StatusDecision } from '@silverback/resource-status';
import type { ApiObject } from '../reflector/api-object.ts';
import { CONTROLLER_NAME } from '../source/observed-status.ts';

/** The most ancestors that the API server takes (Gateway API, GEP-713). */
const MAX_ANCESTORS = 16;

/** Whether two decisions differ in nothing but the time at which they were made. */
export function saysTheSame(left: StatusDecision, right: StatusDecision): boolean {
  return contentOf(left) === contentOf(right);
}

function contentOf({ condition, addresses, ancestors }: StatusDecision): string {
  return JSON.stringify([condition, addresses, ancestors], (key, value: unknown) =>
    key === 'lastTransitionTime' ? undefined : value,
  );
}

interface AncestorEntry {
  readonly controllerName?: string;
}

/** The whole list: the entries of other controllers as they are, then ours as far as there is room. */
export function mergedAncestors(object: ApiObject, own: readonly PolicyAncestor[]): readonly AncestorEntry[] {
  const { status } = object as { readonly status?: { readonly ancestors?: readonly AncestorEntry[] } | null };
  const others = (status?.ancestors ?? []).filter(({ controllerName }) => controllerName !== CONTROLLER_NAME);
  const entries = own.map(({ ancestor: { kind, namespace, name }, conditions }) => ({
    // Kong's own controller writes "core" for Services; users look for that.
    ancestorRef: { group: kind === 'Service' ? 'core' : FACADE_GROUP, kind, namespace, name },
    controllerName: CONTROLLER_NAME,
    conditions,
  }));
  return [...others, ...entries].slice(0, MAX_ANCESTORS);
}

const FACADE_GROUP = 'incubator.ingress-controller.konghq.com';
