import type { Cancel, Clock } from '@silverback/clock';
import type { Kind, ResourceChange, ResourceKey, ResourceRecord } from '@silverback/cluster-state';
import { isSilverbackError, type Problem } from '@silverback/errors';
import type { KubeHttp } from '../access/kube-http.ts';
import { Reflector, type ListReason } from '../reflector/reflector.ts';
import type { WatchEvent } from '../reflector/watch.ts';
import { kindCollection } from './kind-collection.ts';
import { seeObject, type SeenObject } from './seen-object.ts';

/** What happens to a kind, for metrics and logs. */
export type KindEvent =
  | { readonly type: 'listed'; readonly kind: Kind; readonly reason: ListReason; readonly objects: number }
  | { readonly type: 'events'; readonly kind: Kind; readonly count: number }
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
  /** The namespaces to watch, each on its own; undefined stands for all at once. */
  readonly scopes: readonly (string | undefined)[];
  /** How long objects stay when their kind is no longer served, in ms. */
  readonly lostKindMs: number;
  readonly onChanges: (changes: readonly ResourceChange[]) => void;
  readonly onEvent: (event: KindEvent) => void;
}

interface Scope {
  readonly records: Map<ResourceKey, ResourceRecord>;
  readonly problems: Map<ResourceKey, Problem>;
  reflector?: Reflector<SeenObject>;
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
      options.scopes.map((scope) => [scope ?? '', { records: new Map(), problems: new Map() }]),
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
    const { kind, http, clock, random, onEvent } = this.#options;
    scope.reflector = new Reflector<SeenObject>({
      http,
      clock,
      ...(random && { random }),
      collection: kindCollection(kind, apiVersion, namespace),
      project: (object) => seeObject(kind, object),
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
    const isGoing = this.#farewell !== undefined && reason !== 'start';
    if (reason === 'start') {
      this.#farewell?.();
      this.#farewell = undefined;
    }
    const gone = isGoing ? [] : [...scope.records.keys()].filter((key) => !listed.has(key));
    scope.problems.clear();
    this.#options.onChanges([
      ...gone.map((key) => remove(scope, key)),
      ...items.flatMap((item) => takeOver(scope, item)),
    ]);
  }

  #change(scope: Scope, events: readonly WatchEvent<SeenObject>[]): void {
    const changes = events.flatMap(({ type, item }) => {
      if (type === 'upsert') return takeOver(scope, item);
      scope.problems.delete(item.key);
      return this.#farewell ? [] : [remove(scope, item.key)];
    });
    this.#options.onChanges(changes);
  }

  #forgetAll(): void {
    const changes = [...this.#scopes.values()].flatMap((scope) => {
      scope.problems.clear();
      return [...scope.records.keys()].map((key) => remove(scope, key));
    });
    this.#options.onChanges(changes);
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
    onChanges([]);
  }
}

function takeOver(scope: Scope, { key, record, problem }: SeenObject): ResourceChange[] {
  if (problem) scope.problems.set(key, problem);
  else scope.problems.delete(key);
  if (record === undefined) return scope.records.has(key) ? [remove(scope, key)] : [];
  scope.records.set(key, record);
  return [{ type: 'upsert', resource: record }];
}

function remove(scope: Scope, key: ResourceKey): ResourceChange {
  scope.records.delete(key);
  return { type: 'delete', key };
}

function failureOf(kind: Kind, message: string): Problem {
  return {
    code: 'KubernetesWatchFailing',
    severity: 'error',
    message: `${kind}: ${message}`,
    action: 'what was seen last is served',
  };
}
