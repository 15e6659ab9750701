import { RESOURCE_TYPES, type Kind } from '@silverback/cluster-state';
import type { ApiObject, Collection } from '../reflector/api-object.ts';
import { groupPath } from './served-kinds.ts';

/** Types of Secrets that no resource of Kong can mean, and that clusters have many of. */
const FOREIGN_SECRETS: readonly unknown[] = [
  'helm.sh/release.v1',
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
];

/** Whether an object is one that lists and watches leave out. */
export function isForeign(kind: Kind, object: ApiObject): boolean {
  return kind === 'Secret' && 'type' in object && FOREIGN_SECRETS.includes(object.type);
}

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
    ...(kind === 'Secret' && {
      fieldSelector: FOREIGN_SECRETS.map((type) => `type!=${String(type)}`).join(','),
    }),
  };
}
