import { RESOURCE_TYPES, type Kind } from '@silverback/cluster-state';
import type { Collection } from '../reflector/api-object.ts';
import { groupPath } from './served-kinds.ts';

/** Secrets that no resource of Kong can mean, and that clusters have many of. */
const SECRET_TYPES =
  'type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token,type!=bootstrap.kubernetes.io/token';

/**
 * The objects of a kind, in one namespace or in all.
 *
 * @param apiVersion - the served version
 * @param namespace - undefined for all
 */
export function kindCollection(kind: Kind, apiVersion: string, namespace: string | undefined): Collection {
  const { plural } = RESOURCE_TYPES[kind];
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  // Secrets and ConfigMaps may have 1 MiB each.
  const isLarge = kind === 'Secret' || kind === 'ConfigMap';
  return {
    path: `${groupPath(apiVersion)}${scope}/${plural}`,
    apiVersion,
    kind,
    pageSize: isLarge ? 50 : 500,
    ...(kind === 'Secret' && { fieldSelector: SECRET_TYPES }),
  };
}
