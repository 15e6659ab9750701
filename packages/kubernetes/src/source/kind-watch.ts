import type { Cancel, Clock } from '@silverback/clock';
import {
  resourceKey,
  type Kind,
  type ResourceChange,
  type ResourceKey,
  type ResourceRecord,
} from '@silverback/cluster-state';
import { isSilverbackError, type Problem } from '@silverback/errors';
import { isRefusal } from '../access/api-error.ts';
import type { KubeHttp } from '../access/kube-http.ts';
import { hasReached, type ApiObject } from '../reflector/api-object.ts';
import type { InitialLists } from '../reflector/initial-list.ts';
import { Reflector, type ListReason } from '../reflector/reflector.ts';
import type { WatchEvent } from '../reflector/watch.ts';
import { isForeign, kindCollection } from './kind-collection.ts';
import type { ObservedStatuses } from './observed-statuses.ts';
import { seeObject, type Interest, type SeenObject } from './seen-object.ts';

/** What happens to a kind, for metrics and logs. */
export type KindEvent =
  | { readonly type: 'listed'; readonly kind: Kind; readonly reason: ListReason; readonly objects: number }
  | { readonly type: 'events'; readonly kind: Kind; readonly count: number }
  /** Bytes of lists and watches have come, before anything is left out of them. */
  | { readonly type: 'received'; readonly kind: Kind; readonly bytes: number }
  | {
      readonly type: 'failed';
      readonly kind: Kind;
      readonly message: string;
      /** False for another failure in a row. */
      readonly isNew: boolean;
    }
  | { readonly type: 'recovered'; readonly kind: Kind }
  | { readonly type: 'appeared' | 'vanished'; readonly kind: Kind };

/** What a {@link KindWatch} needs. */
export interface KindWatchOptions {
  readonly kind: Kind;
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly random?: () => number;
  readonly initialLists: InitialLists;
  /** The namespaces to watch, each on its own; undefined stands for all at once. */
  readonly scopes: readonly (string | undefined)[];
  /** How long objects stay when their kind is no longer served, in ms. */
  readonly lostKindMs: number;
  readonly interest: Interest;
  /** Where statuses are kept. */
  readonly statuses: ObservedStatuses;
  /** Whether something names an object of this kind, so that it matters whatever it is. */
  readonly isNamed: (key: ResourceKey) => boolean;
  /** Told what has changed, and whether by listing again or by the end of the kind instead of by a watch. */
  readonly onChanges: (changes: readonly ResourceChange[], isReread: boolean) => void;
  readonly onEvent: (event: KindEvent) => void;
}

/** How long the answer to one object may take, in ms: others wait for it. */
const FETCH_MS = 5000;

interface Scope {
  readonly records: Map<ResourceKey, ResourceRecord>;
  readonly problems: Map<ResourceKey, Problem>;
  reflector?: Reflector<SeenObject>;
  /** Objects that are being fetched, each with the resource version at which it was deleted meanwhile. */
  readonly fetching: Map<ResourceKey, string>;
  failure?: Problem;
}

/** All objects of one kind, for as long as the kind is served and a while longer. */
export class KindWatch {
  readonly #options: KindWatchOptions;
  readonly #scopes: Map<string, Scope>;
  #apiVersion: string | undefined;
  #isKnown = false;
  /** Set while the kind goes away: what is deleted then stays until it runs out. */
  #farewell: Cancel | undefined;

  constructor(options: KindWatchOptions) {
    this.#options = options;
    this.#scopes = new Map(
      options.scopes.map((scope) => [
        scope ?? '',
        { records: new Map(), problems: new Map(), fetching: new Map() },
      ]),
    );
  }

  /** Whether all of its objects are known, or that there can't be any. */
  get isSynced(): boolean {
    if (!this.#isKnown) return false;
    return [...this.#scopes.values()].every(({ reflector }) => reflector === undefined || reflector.isSynced);
  }

  /** Whether all watches stand. */
  get isLive(): boolean {
    if (!this.#isKnown) return false;
    return [...this.#scopes.values()].every(({ reflector }) => reflector === undefined || reflector.isLive);
  }

  get records(): readonly ResourceRecord[] {
    return [...this.#scopes.values()].flatMap(({ records }) => [...records.values()]);
  }

  get problems(): readonly Problem[] {
    return [...this.#scopes.values()].flatMap(({ failure, problems }) => [
      ...(failure ? [failure] : []),
      ...problems.values(),
    ]);
  }

  /** The reflectors, by `Kind` or `Kind/namespace`. */
  get reflectors(): readonly (readonly [string, Reflector<SeenObject>])[] {
    const { kind } = this.#options;
    return [...this.#scopes].flatMap(([scope, { reflector }]) =>
      reflector ? [[scope === '' ? kind : `${kind}/${scope}`, reflector] as const] : [],
    );
  }

  /**
   * Says in which version the kind is served; undefined where it is not.
   *
   * @returns when watches that are no longer right have ended
   */
  async serve(apiVersion: string | undefined): Promise<void> {
    const isNew = !this.#isKnown;
    this.#isKnown = true;
    if (apiVersion === this.#apiVersion) return;
    const previous = this.#apiVersion;
    this.#apiVersion = apiVersion;
    await this.#stopReflectors();
    if (apiVersion === undefined) {
      this.#options.onEvent({ type: 'vanished', kind: this.#options.kind });
      this.startFarewell();
      return;
    }
    if (!isNew && previous === undefined)
      this.#options.onEvent({ type: 'appeared', kind: this.#options.kind });
    for (const [name, scope] of this.#scopes)
      this.#reflect(apiVersion, name === '' ? undefined : name, scope);
  }

  /** The definition of the kind is going away: its objects stay for a while, in case that it was a mistake. */
  startFarewell(): void {
    if (this.#farewell) return;
    this.#farewell = this.#options.clock.schedule(this.#options.lostKindMs, () => {
      this.#farewell = undefined;
      if (this.#apiVersion === undefined) this.#forgetAll();
      // Served again, or still: the API server knows best what there is.
      else for (const { reflector } of this.#scopes.values()) reflector?.relist();
    });
  }

  /**
   * Reads one object that was passed over before and matters now. Where that fails everything is listed again.
   *
   * @returns what has changed by it: nothing where the object does not exist, or came by the watch meanwhile
   */
  async fetch(namespace: string, name: string, signal: AbortSignal): Promise<readonly ResourceChange[]> {
    const { kind, http } = this.#options;
    const key = resourceKey(kind, namespace, name);
    const scope = this.#scopes.get('') ?? this.#scopes.get(namespace);
    if (scope?.reflector === undefined || this.#apiVersion === undefined) return [];
    if (scope.records.has(key) || scope.fetching.has(key)) return [];
    scope.fetching.set(key, '0');
    try {
      const { path } = kindCollection(kind, this.#apiVersion, namespace);
      const request = { path: `${path}/${name}`, signal, timeoutMs: FETCH_MS };
      const object = (await http.json(request)) as ApiObject;
      return this.#takeFetched(scope, key, object);
    } catch (error) {
      if (!isSilverbackError(error)) throw error;
      if (!isRefusal(error, 404) && !signal.aborted) scope.reflector.relist();
      return [];
    } finally {
      scope.fetching.delete(key);
    }
  }

  /** Forgets an object that no longer matters. */
  forget(namespace: string, name: string): readonly ResourceChange[] {
    const { kind, interest } = this.#options;
    const key = resourceKey(kind, namespace, name);
    const scope = this.#scopes.get('') ?? this.#scopes.get(namespace);
    const record = scope?.records.get(key);
    return scope === undefined || record === undefined || interest.isWanted(record)
      ? []
      : [this.#remove(scope, key)];
  }

  #takeFetched(scope: Scope, key: ResourceKey, object: ApiObject): readonly ResourceChange[] {
    const { kind, interest } = this.#options;
    const version = object.metadata?.resourceVersion ?? '';
    const deletedAt = scope.fetching.get(key) ?? '0';
    if (scope.records.has(key) || hasReached(deletedAt, version) || isForeign(kind, object)) return [];
    return this.#takeOver(scope, seeObject(kind, object, interest));
  }

  async stop(): Promise<void> {
    this.#farewell?.();
    await this.#stopReflectors();
  }

  async #stopReflectors(): Promise<void> {
    const scopes = [...this.#scopes.values()];
    await Promise.all(scopes.flatMap(({ reflector }) => (reflector ? [reflector.stop()] : [])));
    for (const scope of scopes) {
      delete scope.reflector;
      delete scope.failure;
    }
  }

  #reflect(apiVersion: string, namespace: string | undefined, scope: Scope): void {
    const { kind, http, clock, random, initialLists, interest, onEvent } = this.#options;
    scope.reflector = new Reflector<SeenObject>({
      http,
      clock,
      ...(random && { random }),
      initialLists,
      collection: kindCollection(kind, apiVersion, namespace),
      project: (object) => seeObject(kind, object, interest),
      onBytes: (bytes) => {
        onEvent({ type: 'received', kind, bytes });
      },
      sink: {
        replaced: (items, reason) => {
          onEvent({ type: 'listed', kind, reason, objects: items.length });
          this.#replace(scope, items, reason);
        },
        changed: (events) => {
          onEvent({ type: 'events', kind, count: events.length });
          this.#change(scope, events);
        },
        failed: (error) => {
          this.#fail(scope, error);
        },
      },
    });
    scope.reflector.start();
  }

  #replace(scope: Scope, items: readonly SeenObject[], reason: ListReason): void {
    const listed = new Set(items.map(({ key }) => key));
    for (const key of scope.fetching.keys()) listed.add(key);
    const isGoing = this.#farewell !== undefined && reason !== 'start';
    if (reason === 'start') {
      this.#farewell?.();
      this.#farewell = undefined;
    }
    const gone = isGoing ? [] : [...scope.records.keys()].filter((key) => !listed.has(key));
    scope.problems.clear();
    this.#options.onChanges(
      [
        ...gone.map((key) => this.#remove(scope, key)),
        ...items.flatMap((item) => this.#takeOver(scope, item)),
      ],
      true,
    );
    // Named while later pages were read: a list that is as new as the name has it.
    if (items.some((item) => this.#isMissing(scope, item))) scope.reflector?.relist();
  }

  #change(scope: Scope, events: readonly WatchEvent<SeenObject>[]): void {
    const changes = events.flatMap(({ type, item, resourceVersion }) => {
      if (type === 'upsert') return this.#takeOver(scope, item);
      scope.problems.delete(item.key);
      if (scope.fetching.has(item.key)) scope.fetching.set(item.key, resourceVersion);
      return this.#farewell ? [] : [this.#remove(scope, item.key)];
    });
    this.#options.onChanges(changes, false);
  }

  #takeOver(scope: Scope, item: SeenObject): ResourceChange[] {
    const { key, record, problem } = item;
    if (problem) scope.problems.set(key, problem);
    else scope.problems.delete(key);
    if (record === undefined) {
      const isKept = problem === undefined && this.#options.isNamed(key);
      return scope.records.has(key) && !isKept ? [this.#remove(scope, key)] : [];
    }
    scope.records.set(key, record);
    if (item.status) this.#options.statuses.set(key, item.status);
    if (item.service) this.#options.statuses.publishedService = item.service;
    return [{ type: 'upsert', resource: record }];
  }

  #remove(scope: Scope, key: ResourceKey): ResourceChange {
    const { interest, statuses } = this.#options;
    scope.records.delete(key);
    statuses.delete(key);
    if (key === interest.publishService) statuses.publishedService = undefined;
    return { type: 'delete', key };
  }

  /** Whether an object was passed over although it matters by now. */
  #isMissing({ records, fetching }: Scope, { key, record, problem }: SeenObject): boolean {
    if (record !== undefined || problem !== undefined || records.has(key) || fetching.has(key)) return false;
    return this.#options.isNamed(key);
  }

  #forgetAll(): void {
    const changes = [...this.#scopes.values()].flatMap((scope) => {
      scope.problems.clear();
      return [...scope.records.keys()].map((key) => this.#remove(scope, key));
    });
    this.#options.onChanges(changes, true);
  }

  #fail(scope: Scope, error: unknown): void {
    const { kind, onChanges, onEvent } = this.#options;
    if (error === undefined) {
      if (!scope.failure) return;
      delete scope.failure;
      onEvent({ type: 'recovered', kind });
    } else {
      const message = isSilverbackError(error) ? error.message : 'An unexpected failure.';
      const isNew = scope.failure === undefined;
      scope.failure = failureOf(kind, message);
      onEvent({ type: 'failed', kind, message, isNew });
    }
    onChanges([], false);
  }
}

function failureOf(kind: Kind, message: string): Problem {
  return {
    code: 'KubernetesWatchFailing',
    severity: 'error',
    message: `${kind}: ${message}`,
    action: 'what was seen last is served',
  };
}
