import type { Subject } from '../api-failure.ts';

/** What is done, in the words of RBAC. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** A request about objects, as its method and path tell. */
export interface RequestInfo extends Subject {
  readonly verb: Verb;
  readonly version: string;
  /** Empty: of all namespaces, or of a kind without. */
  readonly namespace: string;
  /** Empty where the collection is meant. */
  readonly name: string;
  /** Empty for the object itself. */
  readonly subresource: string;
}

const VERBS_OF_OBJECT: Readonly<Record<string, Verb>> = {
  GET: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

const VERBS_OF_COLLECTION: Readonly<Record<string, Verb>> = {
  GET: 'list',
  POST: 'create',
  DELETE: 'deletecollection',
};

const NAMESPACE_SUBRESOURCES = ['status', 'finalize'];

/**
 * Reads `/api/v1/…` and `/apis/group/version/…`; undefined for other paths and methods, such as discovery.
 */
export function readRequest(method: string, url: URL): RequestInfo | undefined {
  const [root, ...parts] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') return undefined;
  const [group = '', version = '', ...rest] = root === 'api' ? ['', ...parts] : parts;
  const place = readPlace(rest);
  if (place === undefined) return undefined;
  const isWatch = ['true', '1'].includes(url.searchParams.get('watch') ?? '');
  const known = place.name === '' ? VERBS_OF_COLLECTION[method] : VERBS_OF_OBJECT[method];
  const verb = isWatch && method === 'GET' ? 'watch' : known;
  return verb && { verb, group, version, ...place };
}

type Place = Pick<RequestInfo, 'plural' | 'namespace' | 'name' | 'subresource'>;

function readPlace(parts: readonly string[]): Place | undefined {
  const [first, second, third, fourth, fifth] = parts;
  if (first === undefined || first === '' || parts.length > 5) return undefined;
  const isNamespaceItself = third === undefined || NAMESPACE_SUBRESOURCES.includes(third);
  if (first !== 'namespaces' || isNamespaceItself) {
    if (parts.length > 3) return undefined;
    return { plural: first, namespace: '', name: second ?? '', subresource: third ?? '' };
  }
  return { plural: third, namespace: second ?? '', name: fourth ?? '', subresource: fifth ?? '' };
}
