import { sleep, type Clock } from '@silverback/clock';
import {
  RESOURCE_TYPES,
  type Kind,
  type ResourceChange,
  type ResourceKey,
  type ResourceRecord,
} from '@silverback/cluster-state';
import type { Problem } from '@silverback/errors';
import type { KubeHttp } from '../access/kube-http.ts';
import { hasReached } from '../reflector/api-object.ts';
import { Backoff } from '../reflector/backoff.ts';
import { DefinitionCheck } from './definition-check.ts';
import type { InitialLists } from '../reflector/initial-list.ts';
import { watchDefinitions, type DefinitionWatch } from './definition-watch.ts';
import { KindWatch, type KindEvent } from './kind-watch.ts';
import { ObservedStatuses } from './observed-statuses.ts';
import { OrderedChanges } from './ordered-changes.ts';
import { objectOf, RETAINED_KINDS, Retention } from './retention.ts';
import { ALL_KINDS, discoverKinds, type ServedKinds } from './served-kinds.ts';

/** What a {@link ClusterSource} needs. */
export interface ClusterSourceOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  /** The namespaces whose resources count; none stands for all. */
  readonly namespaces: readonly string[];
  /** Namespaces whose Services and EndpointSlices are needed in any case: those of the Admin APIs. */
  readonly serviceNamespaces?: readonly string[];
  /** The Service, `namespace/name`, whose addresses Ingresses show; its namespace is watched for Services too. */
  readonly publishService?: string;
  /**
   * Asked whether a Secret or ConfigMap is needed although nothing names it: for what is served in a form of the past. Asked
   * again with each change of anything while the answer is yes.
   */
  readonly isNeeded?: (key: ResourceKey) => boolean;
  /** Whether lists come within watches where the API server offers that (default true); else always in pages. */
  readonly streamsLists?: boolean;
  readonly random?: () => number;
  /** How long objects stay when their CustomResourceDefinition is gone, in ms (default five minutes). */
  readonly lostKindMs?: number;
  /** Told what happens, for metrics and logs. */
  readonly onEvent?: (event: ClusterEvent) => void;
  /** Called when a status that Silverback writes, or the published Service, shows otherwise: see {@link ObservedStatuses}. */
  readonly onStatus?: (key?: ResourceKey) => void;
}

/** What happens to the cluster as a source, for metrics and logs. */
export type ClusterEvent =
  | KindEvent
  | {
      /** It could not be asked which kinds the API server serves; it is asked again. */
      readonly type: 'undiscovered';
      readonly message: string;
      /** False for another failure in a row. */
      readonly isNew: boolean;
    }
  | {
      /** It could not be seen whether the definition of a kind lacks fields. */
      readonly type: 'unchecked';
      readonly kind: Kind;
      readonly message: string;
    };

/** All that is known at first. */
export interface ClusterSnapshot {
  readonly resources: readonly ResourceRecord[];
  readonly problems: readonly Problem[];
  readonly isComplete: boolean;
}

/** What has changed since the last report; the problems are all there are. */
export interface ClusterChanges {
  /** True where objects were listed again, or a kind has ended: what is missing may only not have been seen. */
  readonly isReread?: true;
  readonly changes: readonly ResourceChange[];
  readonly problems: readonly Problem[];
  readonly isComplete: boolean;
}

/** How far a kind is, for health and metrics. */
export interface KindProgress {
  readonly kind: Kind;
  readonly isSynced: boolean;
  readonly isLive: boolean;
  readonly objects: number;
  /** How long ago the API server was heard of, in ms; undefined before the first list and for kinds not served. */
  readonly ageMs?: number;
}

/** How long a successor waits for its watches before it lists what lags, in ms. */
const LAG_MS = 30_000;

/** A cluster as a source of resources: one watch for each kind, or for each kind and namespace. */
export class ClusterSource {
  /** What the statuses in the cluster say. */
  readonly statuses: ObservedStatuses;
  readonly #options: ClusterSourceOptions;
  readonly #kinds: ReadonlyMap<Kind, KindWatch>;
  readonly #retention: Retention;
  readonly #ordered = new OrderedChanges((changes, isReread) => {
    this.#pass(changes, isReread);
  });
  readonly #abort = new AbortController();
  readonly #backoff: Backoff;
  readonly #check: DefinitionCheck;
  readonly #initialLists: InitialLists;
  #served: ServedKinds = new Map();
  #report: (report: ClusterSnapshot | ClusterChanges) => void = () => undefined;
  #definitions: DefinitionWatch | undefined;
  #discovering: Promise<void> = Promise.resolve();
  #hasReported = false;
  #waiting: (() => void)[] = [];

  constructor(options: ClusterSourceOptions) {
    this.#options = options;
    this.statuses = new ObservedStatuses(options.onStatus);
    this.#retention = new Retention(options.isNeeded);
    this.#backoff = new Backoff(options.random ?? Math.random);
    this.#check = new DefinitionCheck({
      http: options.http,
      signal: this.#abort.signal,
      onProblems: () => {
        this.#changed([], false);
      },
      onUnchecked: (kind, message) => options.onEvent?.({ type: 'unchecked', kind, message }),
    });
    this.#initialLists = { isOffered: options.streamsLists ?? true };
    this.#kinds = new Map(ALL_KINDS.map((kind) => [kind, this.#kindWatch(kind)]));
  }

  /**
   * Begins to list and watch. The first report is a snapshot, and comes when every kind was listed whole or is known
   * not to be served, however long that takes; all later ones are changes.
   *
   * @returns once it has begun: an API server that is away delays the first report, not this
   */
  start(report: (report: ClusterSnapshot | ClusterChanges) => void): Promise<void> {
    this.#report = report;
    const { http, clock, random } = this.#options;
    this.#definitions = watchDefinitions({
      http,
      clock,
      ...(random && { random }),
      onDefined: (kind) => {
        this.#check.check(kind);
      },
      initialLists: this.#initialLists,
      onGoing: (kind) => this.#kinds.get(kind)?.startFarewell(),
      onChanged: () => {
        this.#discover();
      },
    });
    this.#discover();
    return Promise.resolve();
  }

  /** Ends all watches; no report comes after it resolves. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#report = () => undefined;
    await this.#definitions?.stop();
    await this.#discovering;
    await this.#check.idle;
    await Promise.all([...this.#kinds.values()].map((kind) => kind.stop()));
    this.#tellWaiting();
  }

  /** Reads Secrets and ConfigMaps that are needed by now, as `isNeeded` says, where they were passed over before that. */
  need(keys: readonly ResourceKey[]): void {
    const passedOver = keys.map(objectOf).filter(({ kind }) => this.#kind(kind).isSynced);
    const needed = passedOver.map(({ kind, namespace, name }) =>
      this.#kind(kind).fetch(namespace, name, this.#abort.signal),
    );
    if (needed.length > 0) this.#ordered.add([], false, needed);
  }

  /** Whether every kind was listed whole, or is known not to be served. */
  get isSynced(): boolean {
    return [...this.#kinds.values()].every((kind) => kind.isSynced);
  }

  /** Whether all watches stand: only then may a replica want to lead. */
  get isLive(): boolean {
    return this.isSynced && [...this.#kinds.values()].every((kind) => kind.isLive);
  }

  /** How far each kind is. */
  progress(): readonly KindProgress[] {
    const now = this.#options.clock.now();
    return [...this.#kinds].map(([kind, watch]) => {
      const times = watch.reflectors.map(([, { syncedAt }]) => syncedAt);
      const oldest = times.some((time) => time === undefined) ? undefined : Math.min(...(times as number[]));
      return {
        kind,
        isSynced: watch.isSynced,
        isLive: watch.isLive,
        objects: watch.records.length,
        ...(oldest !== undefined && Number.isFinite(oldest) && { ageMs: now - oldest }),
      };
    });
  }

  /** The version in which a kind is served and read; undefined where it is not served. */
  apiVersionOf(kind: Kind): string | undefined {
    return this.#served.get(kind);
  }

  /** The highest resource version taken over, by `Kind` or `Kind/namespace`. */
  appliedVersions(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#reflectors().map(([name, { applied }]) => [name, applied]));
  }

  /**
   * Resolves when everything was taken over that another replica had. What lags after 30 s is listed again: a fresh
   * list is as new as anything can be, whatever its version is (that of a restored API server is lower).
   *
   * @param versions - its `appliedVersions`; kinds and namespaces that are not watched here make no difference
   * @param signal - ends the wait
   */
  async reached(versions: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const relisted = new Map<string, number>();
    const lagging = () =>
      this.#reflectors().filter(([name, { version, lists }]) => {
        const wanted = versions[name];
        if (wanted === undefined || hasReached(version, wanted)) return false;
        return lists <= (relisted.get(name) ?? Number.POSITIVE_INFINITY);
      });
    const deadline = clock.now() + LAG_MS;
    while (lagging().length > 0 && !signal.aborted && !this.#abort.signal.aborted) {
      const left = deadline - clock.now();
      if (left <= 0) {
        for (const [name, reflector] of lagging()) {
          if (relisted.has(name)) continue;
          relisted.set(name, reflector.lists);
          reflector.relist();
        }
      }
      await this.#progressOr(left > 0 ? left : 1000, signal);
    }
  }

  /** A method, because the answer may change while something is awaited. */
  #hasEnded(): boolean {
    return this.#abort.signal.aborted;
  }

  #reflectors() {
    return [...this.#kinds.values()].flatMap((kind) => kind.reflectors);
  }

  async #progressOr(delayMs: number, signal: AbortSignal): Promise<void> {
    const wake = new AbortController();
    this.#waiting.push(() => {
      wake.abort();
    });
    await sleep(this.#options.clock, Math.min(delayMs, 1000), AbortSignal.any([signal, wake.signal]));
  }

  #kindWatch(kind: Kind): KindWatch {
    const { http, clock, random, lostKindMs = 300_000, publishService, onEvent } = this.#options;
    return new KindWatch({
      kind,
      http,
      clock,
      ...(random && { random }),
      initialLists: this.#initialLists,
      scopes: this.#scopesOf(kind),
      lostKindMs,
      statuses: this.statuses,
      interest: {
        isWanted: (record) => this.#retention.isWanted(record),
        publishService: publishService === undefined ? undefined : `Service/${publishService}`,
      },
      isNamed: (key) => this.#retention.isNamed(key),
      onEvent: onEvent ?? (() => undefined),
      onChanges: (changes, isReread) => {
        this.#changed(changes, isReread);
      },
    });
  }

  #scopesOf(kind: Kind): readonly (string | undefined)[] {
    const { namespaces, serviceNamespaces = [], publishService = '' } = this.#options;
    if (namespaces.length === 0 || !RESOURCE_TYPES[kind].namespaced) return [undefined];
    const more = kind === 'Service' || kind === 'EndpointSlice' ? serviceNamespaces : [];
    const published =
      kind === 'Service' && publishService !== '' ? publishService.split('/').slice(0, 1) : [];
    return [...new Set([...namespaces, ...more, ...published])];
  }

  /** Fetches what is named for the first time before what names it is passed on: nothing is served without it. */
  #changed(changes: readonly ResourceChange[], isReread: boolean): void {
    this.#tellWaiting();
    const { named, unnamed } = this.#retention.note(changes);
    const forgotten = unnamed.flatMap(({ kind, namespace, name }) =>
      this.#kind(kind).forget(namespace, name),
    );
    const needed = named
      .filter(({ kind }) => this.#kind(kind).isSynced)
      .map(({ kind, namespace, name }) => this.#kind(kind).fetch(namespace, name, this.#abort.signal));
    this.#ordered.add([...changes, ...forgotten], isReread, needed);
  }

  #pass(changes: readonly ResourceChange[], isReread: boolean): void {
    if (this.#hasReported) {
      this.#report({
        changes,
        problems: this.#problems(),
        isComplete: this.isSynced,
        ...(isReread && { isReread }),
      });
    } else if (this.isSynced && this.#ordered.isIdle) {
      this.#hasReported = true;
      const resources = [...this.#kinds.values()].flatMap(({ records }) => records);
      this.#report({ resources, problems: this.#problems(), isComplete: true });
    } else {
      void this.#serveRetained();
    }
  }

  /** Which Secrets and ConfigMaps matter is known only when all that can name them is. */
  async #serveRetained(): Promise<void> {
    const others = [...this.#kinds].filter(([kind]) => !isRetainedKind(kind));
    if (!others.every(([, watch]) => watch.isSynced)) return;
    await Promise.all(RETAINED_KINDS.map((kind) => this.#kind(kind).serve(this.#served.get(kind))));
    if (!this.#hasReported && this.isSynced && this.#ordered.isIdle) this.#pass([], false);
  }

  #kind(kind: Kind): KindWatch {
    const watch = this.#kinds.get(kind);
    if (watch === undefined) throw new RangeError(`${kind} is not watched`);
    return watch;
  }

  #problems(): readonly Problem[] {
    return [...this.#check.problems, ...[...this.#kinds.values()].flatMap(({ problems }) => problems)];
  }

  #tellWaiting(): void {
    for (const tell of this.#waiting.splice(0)) tell();
  }

  #discover(): void {
    this.#discovering = this.#discovering.then(() => this.#discoverUntilKnown());
  }

  async #discoverUntilKnown(): Promise<void> {
    const { http, clock } = this.#options;
    const { signal } = this.#abort;
    let isFailing = false;
    while (!signal.aborted) {
      try {
        const served = await discoverKinds(http, signal);
        this.#backoff.reset();
        this.#served = served;
        const others = [...this.#kinds].filter(([kind]) => !isRetainedKind(kind));
        await Promise.all(others.map(([kind, watch]) => watch.serve(served.get(kind))));
        await this.#serveRetained();
        this.#changed([], false);
        return;
      } catch (error) {
        if (this.#hasEnded()) return;
        const message = error instanceof Error ? error.message : 'unknown';
        this.#options.onEvent?.({ type: 'undiscovered', message, isNew: !isFailing });
        isFailing = true;
        await sleep(clock, this.#backoff.next(), signal);
      }
    }
  }
}

function isRetainedKind(kind: Kind): boolean {
  return RETAINED_KINDS.some((retained) => retained === kind);
}
