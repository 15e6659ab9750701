import { isDeepStrictEqual } from 'node:util';

import { INDEXES, type IndexedKind, type IndexName } from './indexes.ts';
import { entryWith, recordsIn, type IndexEntry } from './index-entry.ts';
import { OrderedRecords } from './ordered-records.ts';
import {
  keyOf,
  resourceKey,
  type Kind,
  type RecordByKind,
  type ResourceKey,
  type ResourceRecord,
} from './records.ts';
import { INDEX_PREFIX, indexReadKey, type ClusterView, type ReadKey } from './view.ts';

/** One step of a source: an object is there in this form, or it is gone. */
export type ResourceChange =
  | { readonly type: 'upsert'; readonly resource: ResourceRecord }
  | { readonly type: 'delete'; readonly key: ResourceKey };

type KeysByKind = { readonly [K in Kind]?: (record: never) => readonly string[] };

/** The indexes that hold records of each kind. */
const INDEXES_BY_KIND: ReadonlyMap<Kind, readonly IndexName[]> = indexesByKind();

/**
 * All resources that Silverback knows, with their indexes. Several sources may feed one state, as long as each
 * object comes from one of them. What `list` and `lookUp` return is never changed afterwards.
 */
export class ClusterState {
  readonly #kinds = new Map<Kind, OrderedRecords>();
  readonly #indexes = new Map<IndexName, Map<string, IndexEntry>>();
  #version = 0;

  /** Grows with each call that changes something; equal versions mean equal content. */
  get version(): number {
    return this.#version;
  }

  /**
   * Takes changes over, in order. An upsert that equals the stored record, and a delete of what is not there,
   * are no changes.
   *
   * @returns the read keys whose answer may differ now: the objects themselves, and the index entries in which
   *   such an object stands or stood; empty if nothing changed
   */
  apply(changes: readonly ResourceChange[]): ReadonlySet<ReadKey> {
    return finish(this.applyInSteps(changes));
  }

  /**
   * The same as {@link apply}, with a pause after each change, so that many need not block the event loop. Whoever reads
   * meanwhile sees some of the changes; no others may be applied before the end.
   */
  *applyInSteps(changes: Iterable<ResourceChange>): Generator<undefined, ReadonlySet<ReadKey>, undefined> {
    const touched = new Set<ReadKey>();
    for (const change of changes) {
      if (change.type === 'upsert') this.#store(keyOf(change.resource), change.resource, touched);
      else this.#store(change.key, undefined, touched);
      yield undefined;
    }
    if (touched.size > 0) this.#version += 1;
    return touched;
  }

  /**
   * Makes `resources` the whole content: what is not among them is deleted. Of two with the same key the later
   * counts.
   *
   * @returns the touched read keys, as {@link apply} does
   */
  replaceAll(resources: readonly ResourceRecord[]): ReadonlySet<ReadKey> {
    return finish(this.replaceAllInSteps(resources));
  }

  /** The same as {@link replaceAll} in steps: see {@link applyInSteps}. */
  *replaceAllInSteps(
    resources: readonly ResourceRecord[],
  ): Generator<undefined, ReadonlySet<ReadKey>, undefined> {
    const wanted = new Map<ResourceKey, ResourceRecord>();
    for (const resource of resources) {
      wanted.set(keyOf(resource), resource);
      yield undefined;
    }
    const touched = new Set<ReadKey>();
    for (const key of [...this.#kinds.values()].flatMap((records) => [...records.keys()])) {
      if (!wanted.has(key)) this.#store(key, undefined, touched);
      yield undefined;
    }
    for (const [key, resource] of wanted) {
      this.#store(key, resource, touched);
      yield undefined;
    }
    if (touched.size > 0) this.#version += 1;
    return touched;
  }

  /** The object, or undefined; `namespace` is empty for cluster-scoped kinds. */
  get<K extends Kind>(kind: K, namespace: string, name: string): RecordByKind[K] | undefined {
    const record = this.#kinds.get(kind)?.get(resourceKey(kind, namespace, name));
    return record as RecordByKind[K] | undefined;
  }

  /** The objects that an index holds under a key, in the order of their resource keys. */
  lookUp<I extends IndexName>(index: I, key: string): readonly RecordByKind[IndexedKind[I]][] {
    const records = recordsIn(this.#indexes.get(index)?.get(key));
    return records as readonly RecordByKind[IndexedKind[I]][];
  }

  /** The keys of all objects of a kind, sorted. */
  keys(kind: Kind): readonly ResourceKey[] {
    return [...(this.#kinds.get(kind)?.keys() ?? [])].sort();
  }

  /** All objects of a kind, in the order of their resource keys. */
  list<K extends Kind>(kind: K): readonly RecordByKind[K][] {
    return (this.#kinds.get(kind)?.inOrder() ?? []) as readonly RecordByKind[K][];
  }

  /** The keys under which an index holds at least one object, sorted. Not recorded as a read by any view. */
  indexKeys(index: IndexName): readonly string[] {
    return [...(this.#indexes.get(index)?.keys() ?? [])].sort();
  }

  /** The keys of the objects that a read finds now, sorted: one at most for an object, any number for an index entry. */
  resourcesAt(read: ReadKey): readonly ResourceKey[] {
    if (!read.startsWith(INDEX_PREFIX)) {
      const kind = read.slice(0, read.indexOf('/')) as Kind;
      return this.#kinds.get(kind)?.get(read) === undefined ? [] : [read];
    }
    const slash = read.indexOf('/');
    const index = read.slice(INDEX_PREFIX.length, slash) as IndexName;
    return recordsIn(this.#indexes.get(index)?.get(read.slice(slash + 1))).map(keyOf);
  }

  /**
   * Read access that tells which reads were done.
   *
   * @param onRead - called with the key of each read, also of those that find nothing, repetitions included
   */
  view(onRead: (key: ReadKey) => void): ClusterView {
    return {
      get: <K extends Kind>(kind: K, namespace: string, name: string) => {
        const key = resourceKey(kind, namespace, name);
        onRead(key);
        return this.#kinds.get(kind)?.get(key) as RecordByKind[K] | undefined;
      },
      lookUp: (index, key) => {
        onRead(indexReadKey(index, key));
        return this.lookUp(index, key);
      },
    };
  }

  #store(key: ResourceKey, next: ResourceRecord | undefined, touched: Set<ReadKey>): void {
    const kind = key.slice(0, key.indexOf('/')) as Kind;
    const previous = this.#kinds.get(kind)?.get(key);
    const changes = sameContent(previous, next) ? new Set<ReadKey>() : touched;
    if (changes !== touched && previous?.revision === next?.revision) return;
    changes.add(key);
    const records = this.#kinds.get(kind) ?? new OrderedRecords();
    this.#kinds.set(kind, records);
    if (next === undefined) records.delete(key);
    else records.set(key, next);
    for (const name of INDEXES_BY_KIND.get(kind) ?? []) this.#updateIndex(name, key, previous, next, changes);
  }

  #updateIndex(
    name: IndexName,
    key: ResourceKey,
    previous: ResourceRecord | undefined,
    next: ResourceRecord | undefined,
    touched: Set<ReadKey>,
  ): void {
    const left = new Set(indexKeysOf(name, previous));
    const held = indexKeysOf(name, next);
    if (left.size === 0 && held.length === 0) return;
    const entries = this.#indexes.get(name) ?? new Map<string, IndexEntry>();
    this.#indexes.set(name, entries);
    for (const indexKey of held) {
      left.delete(indexKey);
      putInto(entries, indexKey, key, next);
      touched.add(indexReadKey(name, indexKey));
    }
    for (const indexKey of left) {
      putInto(entries, indexKey, key, undefined);
      touched.add(indexReadKey(name, indexKey));
    }
  }
}

function indexKeysOf(name: IndexName, record: ResourceRecord | undefined): readonly string[] {
  if (record === undefined) return [];
  const definition: KeysByKind = INDEXES[name];
  // The kind is what makes the record fit the function.
  return definition[record.kind]?.(record as never) ?? [];
}

function indexesByKind(): ReadonlyMap<Kind, readonly IndexName[]> {
  const byKind = new Map<Kind, IndexName[]>();
  for (const [name, definition] of Object.entries(INDEXES)) {
    for (const kind of Object.keys(definition) as Kind[]) {
      byKind.set(kind, [...(byKind.get(kind) ?? []), name as IndexName]);
    }
  }
  return byKind;
}

function finish<T>(steps: Generator<unknown, T, undefined>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Whether two records say the same, in whatever revisions of the object. */
function sameContent(a: ResourceRecord | undefined, b: ResourceRecord | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return isDeepStrictEqual({ ...a, revision: undefined }, { ...b, revision: undefined });
}

function putInto(
  entries: Map<string, IndexEntry>,
  indexKey: string,
  key: ResourceKey,
  record: ResourceRecord | undefined,
): void {
  const entry = entryWith(entries.get(indexKey), key, record);
  if (entry === undefined) entries.delete(indexKey);
  else entries.set(indexKey, entry);
}
