import { isRefusal } from '../access/api-error.ts';
import type { KubeHttp } from '../access/kube-http.ts';
import { selectorsOf, type ApiList, type ApiObject, type Collection } from './api-object.ts';

/** What a whole list says. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** What {@link listAll} needs. */
export interface ListOptions<T> {
  readonly http: KubeHttp;
  readonly collection: Collection;
  /** Called for each object as it comes, so that no more than a page is held whole. */
  readonly project: (object: ApiObject) => T;
  /** Told how many bytes have come, as they come. */
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly signal: AbortSignal;
}

/**
 * Lists a collection page by page. When a page is asked for too late (410), the list begins anew, once.
 *
 * @throws SilverbackError as `KubeHttp.json`
 */
export async function listAll<T>(options: ListOptions<T>): Promise<Listing<T>> {
  try {
    return await listPages(options);
  } catch (error) {
    if (!isRefusal(error, 410)) throw error;
    return await listPages(options);
  }
}

async function listPages<T>({
  http,
  collection,
  project,
  onBytes,
  signal,
}: ListOptions<T>): Promise<Listing<T>> {
  const { path, apiVersion, kind, pageSize, accept } = collection;
  const items: T[] = [];
  let next = '';
  for (;;) {
    const query = {
      ...selectorsOf(collection),
      limit: String(pageSize),
      ...(next !== '' && { continue: next }),
    };
    const page = (await http.json({
      path,
      query,
      signal,
      onBytes,
      ...(accept !== undefined && { accept: accept.list }),
    })) as ApiList;
    for (const item of page.items ?? []) items.push(project({ ...item, apiVersion, kind }));
    next = page.metadata?.continue ?? '';
    if (next === '') return { items, resourceVersion: page.metadata?.resourceVersion ?? '' };
  }
}
