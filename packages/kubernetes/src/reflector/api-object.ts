/** What every object of the Kubernetes API has, as far as a reflector needs it. */
export interface ApiObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly continue?: string;
  };
}

/** A page of a list. */
export interface ApiList extends ApiObject {
  readonly items?: readonly ApiObject[] | null;
}

/** A line of a watch. */
export interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: ApiObject & { readonly code?: number; readonly message?: string };
}

/** Which objects of the API server are meant. */
export interface Collection {
  /** As in `/apis/networking.k8s.io/v1/namespaces/shop/ingresses`. */
  readonly path: string;
  /** Those of the objects: items of a list don't say it. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** What of the objects is wanted, of lists and of the objects in a watch; everything unless given. */
  readonly accept?: { readonly list: string; readonly watch: string };
  /** How many objects a page holds. */
  readonly pageSize: number;
}

/** The selectors of a collection as a query. */
export function selectorsOf({ labelSelector, fieldSelector }: Collection): Record<string, string> {
  return {
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  };
}

/** The greater of two resource versions; they are decimal numbers on every API server that there is. */
export function newerVersion(left: string, right: string): string {
  return isVersion(left) && isVersion(right) && BigInt(right) > BigInt(left) ? right : left;
}

/** Whether `version` is at least `wanted`; false where one of them can't be compared. */
export function hasReached(version: string, wanted: string): boolean {
  return isVersion(version) && isVersion(wanted) && BigInt(version) >= BigInt(wanted);
}

function isVersion(text: string): boolean {
  return /^\d+$/.test(text);
}
