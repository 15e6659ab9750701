import { ClusterState } from '@silverback/cluster-state';
import type { Composition } from './container.ts';
import { CLUSTER_STATE } from './tokens.ts';

export function registerClusterState(composition: Composition): void {
  composition.provide(CLUSTER_STATE, () => new ClusterState());
}
