import { tooOld } from '../api-failure.ts';
import type { Stored } from './stored.ts';

/** What happened to an object. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  /** As it is now; of a deleted one as it was, at the revision of the deletion. */
  readonly object: Stored;
  readonly previous: Stored | undefined;
}

/** Hears of everything that happens to a collection from when it began to listen. */
export interface CollectionListener {
  readonly happened: (event: StoreEvent) => void;
  /** The kind is no longer served. */
  readonly ended: () => void;
}

const SNAPSHOTS_KEPT = 4;

/** The objects of one resource, with a bounded memory of what happened to them. */
export class Collection {
  readonly #objects = new Map<string, Stored>();
  readonly #listeners = new Set<CollectionListener>();
  readonly #snapshots = new Map<number, readonly Stored[]>();
  readonly #historyLimit: number;
  #log: StoreEvent[] = [];
  /** Events up to this revision are forgotten. */
  #floor: number;
  #lastChange = 0;
  #sortedKeys: readonly string[] | undefined;
  #current: readonly Stored[] | undefined;

  /**
   * @param floor - the revision of the store when the collection was made
   * @param historyLimit - how many events are remembered at least; twice as many at most
   */
  constructor(floor: number, historyLimit: number) {
    this.#floor = floor;
    this.#historyLimit = historyLimit;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): Stored | undefined {
    return this.#objects.get(key);
  }

  /** Takes an event over and tells it to everybody who listens. */
  commit(event: StoreEvent): void {
    const { key } = event.object;
    if (event.type === 'DELETED') this.#objects.delete(key);
    else this.#objects.set(key, event.object);
    if (event.type !== 'MODIFIED') this.#sortedKeys = undefined;
    this.#current = undefined;
    this.#lastChange = event.revision;
    this.#log.push(event);
    if (this.#log.length > this.#historyLimit * 2) this.#trim(this.#log.length - this.#historyLimit);
    for (const listener of this.#listeners) listener.happened(event);
  }

  /** All objects in the order of their keys. The list never changes; a later call may return another. */
  current(): readonly Stored[] {
    this.#sortedKeys ??= [...this.#objects.keys()].sort();
    this.#current ??= this.#sortedKeys.flatMap((key) => this.#objects.get(key) ?? []);
    return this.#current;
  }

  /**
   * All objects as they were at a revision.
   *
   * @throws ApiFailure 410 if that is forgotten
   */
  at(revision: number): readonly Stored[] {
    if (revision >= this.#lastChange) return this.#keep(revision, this.current());
    if (revision < this.#floor) throw tooOld(revision, this.#floor);
    return this.#snapshots.get(revision) ?? this.#keep(revision, this.#undoneTo(revision));
  }

  /**
   * What happened after a revision, oldest first.
   *
   * @throws ApiFailure 410 if that is forgotten
   */
  since(revision: number): readonly StoreEvent[] {
    if (revision < this.#floor) throw tooOld(revision, this.#floor);
    const first = this.#log.findIndex((event) => event.revision > revision);
    return first === -1 ? [] : this.#log.slice(first);
  }

  /** Forgets what happened up to a revision, as etcd does when it compacts. */
  forget(revision: number): void {
    const kept = this.#log.findIndex((event) => event.revision > revision);
    this.#trim(kept === -1 ? this.#log.length : kept);
    this.#floor = Math.max(this.#floor, revision);
    for (const kept of this.#snapshots.keys()) if (kept < revision) this.#snapshots.delete(kept);
  }

  /** @returns a function that ends the listening */
  listen(listener: CollectionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells everybody who listens that the kind is no longer served. */
  end(): void {
    for (const listener of [...this.#listeners]) listener.ended();
  }

  #trim(count: number): void {
    const dropped = this.#log.splice(0, count);
    this.#floor = Math.max(this.#floor, dropped.at(-1)?.revision ?? 0);
  }

  #keep(revision: number, objects: readonly Stored[]): readonly Stored[] {
    this.#snapshots.delete(revision);
    this.#snapshots.set(revision, objects);
    for (const oldest of this.#snapshots.keys()) {
      if (this.#snapshots.size <= SNAPSHOTS_KEPT) break;
      this.#snapshots.delete(oldest);
    }
    return objects;
  }

  #undoneTo(revision: number): readonly Stored[] {
    const objects = new Map(this.#objects);
    for (let index = this.#log.length - 1; index >= 0; index -= 1) {
      const event = this.#log[index];
      if (event === undefined || event.revision <= revision) break;
      if (event.previous) objects.set(event.object.key, event.previous);
      else objects.delete(event.object.key);
    }
    return [...objects.keys()].sort().flatMap((key) => objects.get(key) ?? []);
  }
}
