import { randomBytes } from 'node:crypto';
import { badRequest, invalid } from '../api-failure.ts';
import { isObject, objectIn, textIn, type JsonObject } from '../json.ts';
import { apiVersionOf, type Kind } from '../kinds/kind.ts';

/** Where an object is, or is to be. */
export interface ObjectName {
  /** Empty for kinds without namespace. */
  readonly namespace: string;
  readonly name: string;
}

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** RFC 3339 with whole seconds, as the API server writes times. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Reads the body of a write as an object of a kind. Throws ApiFailure 400 if it is of another. */
export function objectOfKind(body: unknown, kind: Kind): JsonObject {
  if (!isObject(body)) throw badRequest('the body of the request is not an object');
  const apiVersion = textIn(body, 'apiVersion');
  const name = textIn(body, 'kind');
  // Without both, the path tells what is meant.
  if ((apiVersion ?? apiVersionOf(kind)) !== apiVersionOf(kind))
    throw badRequest(
      `the API version in the data (${apiVersion ?? ''}) does not match the expected API version (${apiVersionOf(kind)})`,
    );
  if ((name ?? kind.kind) !== kind.kind)
    throw badRequest(`${name ?? ''} in version "${kind.version}" cannot be handled as a ${kind.kind}`);
  return body;
}

/**
 * The name under which an object is written.
 *
 * @param path - what the path of the request says; without name where objects are made
 * @throws ApiFailure 400 if the two disagree, 422 if the name can't be one
 */
export function nameFor(kind: Kind, object: JsonObject, path: Partial<ObjectName>): ObjectName {
  const metadata = objectIn(object, 'metadata');
  const namespace = path.namespace ?? '';
  const ownNamespace = textIn(metadata, 'namespace') ?? '';
  if (ownNamespace !== '' && ownNamespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const name = textIn(metadata, 'name') ?? '';
  if (path.name !== undefined) {
    if (name !== '' && name !== path.name)
      throw badRequest(`the name of the object (${name}) does not match the name on the URL (${path.name})`);
    return { namespace, name: path.name };
  }
  const prefix = textIn(metadata, 'generateName') ?? '';
  if (name === '' && prefix === '')
    throw invalid(kind, '', [
      {
        reason: 'FieldValueRequired',
        message: 'Required value: name or generateName is required',
        field: 'metadata.name',
      },
    ]);
  return { namespace, name: name === '' ? `${prefix}${randomSuffix()}` : name };
}

/** Refuses a name that can't be one with 422. */
export function checkName(kind: Kind, name: string): void {
  // Definitions and RBAC have rules of their own, which allow more.
  if (name.length <= 253 && DNS_SUBDOMAIN.test(name)) return;
  throw invalid(kind, name, [
    {
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
      field: 'metadata.name',
    },
  ]);
}

function randomSuffix(): string {
  return [...randomBytes(5)].map((byte) => SUFFIX_LETTERS[byte % SUFFIX_LETTERS.length]).join('');
}
