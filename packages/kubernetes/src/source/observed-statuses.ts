import { isDeepStrictEqual } from 'node:util';
import { resourceKey, type Kind, type ResourceKey } from '@silverback/cluster-state';
import type { PublishedService } from '@silverback/resource-status';
import { hasReached, type ApiObject } from '../reflector/api-object.ts';
import { observeStatus, type ObservedStatus } from './observed-status.ts';

/** What the statuses in the cluster say: as the watches show them, or the answers to what was written, if newer. */
export class ObservedStatuses {
  readonly #statuses = new Map<ResourceKey, ObservedStatus>();
  readonly #onChange: (key?: ResourceKey) => void;
  #publishedService: PublishedService | undefined;

  /**
   * @param onChange - called with the key of an object when a watch shows another status or generation than before, also
   *   of one that is new or gone; without a key when the published Service has changed
   */
  constructor(onChange: (key?: ResourceKey) => void = () => undefined) {
    this.#onChange = onChange;
  }

  /** The Service whose addresses are published; undefined where none is named, or it does not exist. */
  get publishedService(): PublishedService | undefined {
    return this.#publishedService;
  }

  set publishedService(service: PublishedService | undefined) {
    if (isDeepStrictEqual(service, this.#publishedService)) return;
    this.#publishedService = service;
    this.#onChange();
  }

  /** The status of an object; undefined where the object is not known. */
  get(kind: string, namespace: string, name: string): ObservedStatus | undefined {
    return this.#statuses.get(resourceKey(kind as Kind, namespace, name));
  }

  /** The status of the object with a key. */
  at(key: ResourceKey): ObservedStatus | undefined {
    return this.#statuses.get(key);
  }

  /** The keys of all objects of kinds whose status is written. */
  keys(): Iterable<ResourceKey> {
    return this.#statuses.keys();
  }

  /** Takes over what a watch shows; what an answer has shown already, or newer, stays. */
  set(key: ResourceKey, status: ObservedStatus): void {
    if (this.#store(key, status)) this.#onChange(key);
  }

  /** Takes over the answer to something that was written. */
  takeAnswer(kind: Kind, object: ApiObject): void {
    const status = observeStatus(kind, object);
    if (status === undefined) return;
    const { namespace, name } = status.reference;
    const key = resourceKey(kind, namespace, name);
    if (this.#statuses.has(key)) this.#store(key, status);
  }

  delete(key: ResourceKey): void {
    if (this.#statuses.delete(key)) this.#onChange(key);
  }

  #store(key: ResourceKey, status: ObservedStatus): boolean {
    const known = this.#statuses.get(key);
    if (known === undefined) {
      this.#statuses.set(key, status);
      return true;
    }
    const isSameObject = known.reference.uid === status.reference.uid;
    if (isSameObject && hasReached(known.resourceVersion, status.resourceVersion)) return false;
    this.#statuses.set(key, status);
    return !isDeepStrictEqual({ ...known, resourceVersion: '' }, { ...status, resourceVersion: '' });
  }
}
