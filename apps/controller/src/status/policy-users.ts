import { resourceKey, type ClusterState, type ResourceKey } from '@silverback/cluster-state';
import type { ResourceReference } from '@silverback/errors';

const ANNOTATION = 'konghq.com/upstream-policy';
const USERS = ['Service', 'KongServiceFacade'] as const;

/** What asks for a KongUpstreamPolicy, the oldest first. */
export function usersOf(state: ClusterState, policy: ResourceReference): readonly ResourceReference[] {
  return [...state.lookUp('usersOfUpstreamPolicy', `${policy.namespace}/${policy.name}`)]
    .sort((left, right) => (left.metadata.creationTimestamp < right.metadata.creationTimestamp ? -1 : 1))
    .map(({ kind, metadata: { namespace, name } }) => ({ kind, namespace, name }));
}

/** The KongUpstreamPolicy that an object asks for; undefined where it is of a kind that can't, or asks for none. */
export function policyOf(state: ClusterState, user: ResourceKey): ResourceKey | undefined {
  const [kind, namespace = '', name = ''] = user.split('/');
  const known = USERS.find((some) => some === kind);
  const policy = known && state.get(known, namespace, name)?.metadata.annotations[ANNOTATION];
  return policy === undefined ? undefined : resourceKey('KongUpstreamPolicy', namespace, policy);
}
