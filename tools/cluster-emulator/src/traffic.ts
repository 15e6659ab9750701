import type { RequestInfo, Verb } from './http/request-info.ts';

/** Which requests are meant; what is left out may be anything. */
export interface RequestFilter {
  readonly verb?: Verb | readonly Verb[];
  /** `''` is the core group. */
  readonly group?: string;
  /** Plural, as in `ingresses`. */
  readonly plural?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly user?: string;
}

/** A request about objects, by whom it was made. */
export interface UserRequest extends RequestInfo {
  readonly user: string;
}

/** A request that was answered, or that was cut off instead. */
export interface RequestRecord extends UserRequest {
  /** HTTP status; 0: the connection was cut before the answer. */
  readonly status: number;
  /** The query, as in `limit=500`. */
  readonly query: string;
}

/** A request that wrote, and what it came to. */
export interface WriteRecord extends RequestRecord {
  /** Owner of the fields that were written. */
  readonly manager: string;
  /** Whether anything is now different from before. */
  readonly didChange: boolean;
  /** The body, as it came; undefined if there was none. */
  readonly body: unknown;
}

/** Whether a request is one of those that are meant. */
export function isMeant(filter: RequestFilter, request: UserRequest): boolean {
  const { verb, ...rest } = filter;
  const verbs = verb === undefined ? [request.verb] : [verb].flat();
  return (
    verbs.includes(request.verb) &&
    Object.entries(rest).every(([field, value]) => request[field as keyof typeof rest] === value)
  );
}

/** What was asked of the API server. */
export class Traffic {
  readonly #counts = new Map<string, number>();
  #requests: RequestRecord[] = [];
  #writes: WriteRecord[] = [];

  /**
   * How many requests there were, by verb, resource and status, as in `list ingresses.networking.k8s.io 200`; those that
   * are about no objects by their path, as in `get /apis 200`.
   */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Those requests that are meant, in their order; watches stand there from their start. */
  requests(filter: RequestFilter = {}): readonly RequestRecord[] {
    return this.#requests.filter((request) => isMeant(filter, request));
  }

  /** Those writes that are meant, in their order. */
  writes(filter: RequestFilter = {}): readonly WriteRecord[] {
    return this.#writes.filter((write) => isMeant(filter, write));
  }

  /** Notes a request that is about to be answered. */
  note(request: RequestRecord): void {
    this.#count(`${request.verb} ${describe(request)} ${request.status}`);
    this.#requests.push(request);
  }

  /** Counts a request that is about no objects, such as one that asks what is served. */
  noteOther(path: string, status: number): void {
    this.#count(`get ${path} ${status}`);
  }

  /** Notes a write that is about to be answered. */
  noteWrite(write: WriteRecord): void {
    this.#writes.push(write);
  }

  /** Forgets everything. */
  reset(): void {
    this.#counts.clear();
    this.#requests = [];
    this.#writes = [];
  }

  #count(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

function describe({ plural, group, subresource }: RequestInfo): string {
  const resource = group === '' ? plural : `${plural}.${group}`;
  return subresource === '' ? resource : `${resource}/${subresource}`;
}
