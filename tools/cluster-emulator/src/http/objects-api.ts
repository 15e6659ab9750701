import {
  badRequest,
  invalid,
  methodNotAllowed,
  unsupportedMediaType,
  type ApiFailure,
} from '../api-failure.ts';
import type { Json } from '../json.ts';
import type { Kind } from '../kinds/kind.ts';
import {
  preconditionsIn,
  type Caller,
  type ObjectService,
  type Outcome,
  type Target,
} from '../objects/object-service.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts';
import type { Exchange } from './exchange.ts';
import type { RequestInfo } from './request-info.ts';

/** What a write came to, and how it is answered. */
export interface WriteResult {
  readonly outcome: Outcome;
  readonly status: 200 | 201;
  /** Answer with a `Status` of kind Success in place of the object. */
  readonly isStatus: boolean;
}

/** A write about to be done. */
export interface WriteRequest {
  readonly kind: Kind;
  readonly info: RequestInfo;
  readonly exchange: Exchange;
  readonly body: unknown;
  readonly caller: Caller;
}

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

/**
 * Does what a create, update, patch or delete asks for.
 *
 * @throws ApiFailure for what the API server would refuse
 */
export function write(objects: ObjectService, request: WriteRequest): WriteResult {
  const { kind, info, body, caller } = request;
  const target = targetOf(kind, info);
  switch (info.verb) {
    case 'create':
      if (body === undefined) throw badRequest('the body of the request is empty');
      return done(objects.create(kind, { namespace: info.namespace }, body, caller));
    case 'update':
      if (body === undefined) throw badRequest('the body of the request is empty');
      return done(objects.update(target, body, caller));
    case 'patch':
      return done(patch(objects, target, request));
    case 'delete': {
      const outcome = objects.delete(target, preconditionsIn(body), caller);
      return { outcome, status: 200, isStatus: outcome.did === 'remove' };
    }
    default:
      throw methodNotAllowed();
  }
}

/** The object, or the part of it, that a request is about. */
export function targetOf(kind: Kind, { namespace, name, subresource }: RequestInfo): Target {
  if (subresource === '') return { kind, namespace, name };
  return { kind, namespace, name, subresource: 'status' };
}

function done(outcome: Outcome): WriteResult {
  return { outcome, status: outcome.did === 'create' ? 201 : 200, isStatus: false };
}

function patch(objects: ObjectService, target: Target, request: WriteRequest): Outcome {
  const { kind, exchange, body, caller } = request;
  const given = (body ?? {}) as Json;
  const isForced = exchange.query.get('force');
  switch (exchange.contentType) {
    case APPLY:
      if (exchange.query.get('fieldManager') === null) throw managerRequired();
      return objects.apply(target, given, caller, isForced === 'true');
    case MERGE_PATCH:
      refuseForce(isForced);
      return objects.patch(target, (object) => mergePatch(object, given), caller);
    case JSON_PATCH:
      refuseForce(isForced);
      return objects.patch(target, (object) => jsonPatch(object, given), caller);
    case STRATEGIC_PATCH:
      if (!kind.isCustom) {
        refuseForce(isForced);
        return objects.patch(target, (object) => strategicMergePatch(object, given, kind.shape), caller);
      }
      break;
  }
  const accepted = [JSON_PATCH, MERGE_PATCH, ...(kind.isCustom ? [] : [STRATEGIC_PATCH]), APPLY];
  throw unsupportedMediaType(accepted);
}

const PATCH_OPTIONS = { group: 'meta.k8s.io', kind: 'PatchOptions' };

function managerRequired(): ApiFailure {
  return invalid(PATCH_OPTIONS, '', [
    {
      reason: 'FieldValueRequired',
      message: 'Required value: is required for apply patch',
      field: 'fieldManager',
    },
  ]);
}

function refuseForce(isForced: string | null): void {
  if (isForced === null) return;
  throw invalid(PATCH_OPTIONS, '', [
    {
      reason: 'FieldValueForbidden',
      message: 'Forbidden: may not be specified for non-apply patch',
      field: 'force',
    },
  ]);
}
