import { Collection, type StoreEvent } from './collection.ts';
import { encode, keyOf, type Content, type Stored } from './stored.ts';

/** How much a {@link Store} remembers. */
export interface StoreOptions {
  /** How many events of each collection are remembered at least. */
  readonly historyLimit: number;
}

/** Where objects of a kind are kept. */
export interface Place {
  /** As in `ingresses.networking.k8s.io`; the versions of a kind share it. */
  readonly storage: string;
  /** Paths of the fields that field selectors may ask for. */
  readonly selectableFields: readonly string[];
}

/** All objects of the cluster. One revision counts every write, as in etcd. */
export class Store {
  readonly #options: StoreOptions;
  readonly #collections = new Map<string, Collection>();
  #revision = 1;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** The revision of the last write. */
  get revision(): number {
    return this.#revision;
  }

  /** The collection of a storage name, as in `ingresses.networking.k8s.io`; made if it is not there. */
  collection(storage: string): Collection {
    let collection = this.#collections.get(storage);
    if (collection === undefined) {
      collection = new Collection(this.#revision, this.#options.historyLimit);
      this.#collections.set(storage, collection);
    }
    return collection;
  }

  /** The storage names of all collections. */
  get storages(): readonly string[] {
    return [...this.#collections.keys()];
  }

  /** Writes an object, new or changed, at the next revision. */
  put({ storage, selectableFields }: Place, content: Content): Stored {
    const collection = this.collection(storage);
    const object = encode(content, this.#revision + 1, selectableFields);
    const previous = collection.get(object.key);
    this.#commit(collection, { type: previous ? 'MODIFIED' : 'ADDED', object, previous });
    return object;
  }

  /**
   * Removes an object at the next revision.
   *
   * @param last - its last state, which watches are told
   * @returns that state, or undefined if there is no such object
   */
  remove({ storage, selectableFields }: Place, last: Content): Stored | undefined {
    const collection = this.collection(storage);
    const object = encode(last, this.#revision + 1, selectableFields);
    const previous = collection.get(keyOf(object.namespace, object.name));
    if (previous === undefined) return undefined;
    this.#commit(collection, { type: 'DELETED', object, previous });
    return object;
  }

  /** Forgets what happened up to a revision, in all collections. */
  forget(revision: number): void {
    for (const collection of this.#collections.values()) collection.forget(revision);
  }

  /** Forgets a collection, and ends the watches of it. */
  drop(storage: string): void {
    this.#collections.get(storage)?.end();
    this.#collections.delete(storage);
  }

  #commit(collection: Collection, change: Omit<StoreEvent, 'revision'>): void {
    this.#revision += 1;
    collection.commit({ ...change, revision: this.#revision });
  }
}
