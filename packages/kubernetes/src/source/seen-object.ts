import {
  projectResource,
  resourceKey,
  type Kind,
  type ResourceKey,
  type ResourceRecord,
} from '@silverback/cluster-state';
import type { Problem } from '@silverback/errors';
import type { PublishedService } from '@silverback/resource-status';
import type { ApiObject } from '../reflector/api-object.ts';
import { observeService, observeStatus, type ObservedStatus } from './observed-status.ts';

/** What is kept of an object: its record, or why there is none; only its name where it does not matter. */
export interface SeenObject {
  readonly key: ResourceKey;
  readonly record?: ResourceRecord;
  readonly problem?: Problem;
  /** What its status says, where Silverback writes it. */
  readonly status?: ObservedStatus;
  /** What Ingresses show of it, where it is the Service that they show. */
  readonly service?: PublishedService;
}

/** What of the objects of a kind matters. */
export interface Interest {
  /** Whether a record matters; of others no more than the name is read. */
  readonly isWanted: (record: ResourceRecord) => boolean;
  /** The Service whose addresses are published. */
  readonly publishService: ResourceKey | undefined;
}

/** Projects an object as it comes, so that no more of it is held than what is used. */
export function seeObject(kind: Kind, object: ApiObject, interest: Interest): SeenObject {
  const namespace = object.metadata?.namespace ?? '';
  const name = object.metadata?.name ?? '';
  const key = resourceKey(kind, namespace, name);
  const projection = projectResource(object);
  if ('resource' in projection) {
    if (!interest.isWanted(projection.resource)) return { key };
    const status = observeStatus(kind, object);
    return {
      key,
      record: projection.resource,
      ...(status && { status }),
      ...(key === interest.publishService && { service: observeService(object) }),
    };
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
