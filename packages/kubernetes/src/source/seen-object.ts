import {
  projectResource,
  resourceKey,
  type Kind,
  type ResourceKey,
  type ResourceRecord,
} from '@silverback/cluster-state';
import type { Problem } from '@silverback/errors';
import type { ApiObject } from '../reflector/api-object.ts';

/** What is kept of an object: its record, or why there is none; only its name where it does not matter. */
export interface SeenObject {
  readonly key: ResourceKey;
  readonly record?: ResourceRecord;
  readonly problem?: Problem;
}

/**
 * Projects an object as it comes, so that no more of it is held than what is used.
 *
 * @param isWanted - whether a record matters
 */
export function seeObject(
  kind: Kind,
  object: ApiObject,
  isWanted: (record: ResourceRecord) => boolean,
): SeenObject {
  const namespace = object.metadata?.namespace ?? '';
  const name = object.metadata?.name ?? '';
  const key = resourceKey(kind, namespace, name);
  const projection = projectResource(object);
  if ('resource' in projection) {
    return isWanted(projection.resource) ? { key, record: projection.resource } : { key };
  }
  const failure = 'failure' in projection ? projection.failure : { field: 'kind', message: 'is not read' };
  return {
    key,
    problem: {
      code: 'KubernetesObjectInvalid',
      severity: 'error',
      resource: { kind, namespace, name },
      ...(failure.field !== '' && { field: failure.field }),
      message: failure.message,
      action: 'the object is ignored',
    },
  };
}
