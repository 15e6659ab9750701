import type { ConfigMapRecord, SecretRecord } from './records.ts';

/** Who names Secrets and ConfigMaps, by `namespace/name`: a `ClusterState`, or a source that counts for itself. */
export interface NamedObjects {
  lookUp(index: 'usersOfSecret' | 'usersOfConfigMap', key: string): { readonly length: number };
}

/**
 * Whether a Secret or ConfigMap can matter: something names it, or a label says what it is for. A source that does not
 * keep the others holds little of what a cluster keeps secret. What becomes matter later is told by the read keys
 * `index:usersOfSecret/…` and `index:usersOfConfigMap/…` that the cluster state touches.
 */
export function isRetained(
  record: Pick<SecretRecord | ConfigMapRecord, 'kind' | 'metadata'>,
  state: NamedObjects,
): boolean {
  const { namespace, name, labels } = record.metadata;
  if (labels['konghq.com/ca-cert'] === 'true') return true;
  if (record.kind === 'ConfigMap') return state.lookUp('usersOfConfigMap', `${namespace}/${name}`).length > 0;
  if (labels['konghq.com/credential'] !== undefined) return true;
  return state.lookUp('usersOfSecret', `${namespace}/${name}`).length > 0;
}
