import { TimeSlices, VirtualClock } from '@silverback/clock';
import { ClusterState, projectResource, type ResourceChange } from '@silverback/cluster-state';
import { SimulatedProxy } from '@silverback/fan-out/testing';
import { Fleet, type AcceptedState, type FleetStores, type LedgerEntry } from '@silverback/fleet';
import { TranslationEngine } from '@silverback/translation';
import { ResourcePipeline } from '../resource-pipeline.ts';

/** A route, service, plugin or target whose JSON holds one of these is refused by Kong. */
const BAD = /refused|10\.6\.6\.6/;

/** Everything between manifests and proxies, in memory. */
export class HeldWorld {
  readonly clock = new VirtualClock();
  readonly proxies = ['kong-1', 'kong-2', 'kong-3'].map((name) => new SimulatedProxy(name, this.clock));
  readonly #state = new ClusterState();
  readonly #engine = new TranslationEngine({ state: this.#state, settings: { ingressClass: 'kong' } });
  readonly #stores = storesInMemory();
  readonly #resources = new Map<string, ResourceChange>();
  #fleet = this.#makeFleet();
  #pipeline = this.#makePipeline(this.#state, this.#engine);

  constructor() {
    for (const proxy of this.proxies) proxy.behaviour.judge = refusalsOf;
  }

  static async of(...manifests: readonly object[]): Promise<HeldWorld> {
    const world = new HeldWorld();
    await world.#start(manifests.map(upsert));
    return world;
  }

  get fleet(): Fleet {
    return this.#fleet;
  }

  /** Applies manifests, and deletes what is named by its key. */
  async apply(...changes: readonly (object | string)[]): Promise<void> {
    const list = changes.map((change) =>
      typeof change === 'string' ? { type: 'delete' as const, key: change } : upsert(change),
    );
    for (const change of list) this.#remember(change);
    this.#pipeline.receive({ changes: list, problems: [], isComplete: true });
    await this.clock.advance(20_000);
  }

  /** Ends the controller and starts another one, which reads everything in another order. */
  async restart(): Promise<void> {
    this.#pipeline.stop();
    await this.#fleet.stop();
    const state = new ClusterState();
    const engine = new TranslationEngine({ state, settings: { ingressClass: 'kong' } });
    this.#fleet = this.#makeFleet();
    this.#pipeline = this.#makePipeline(state, engine);
    await this.#start([...this.#resources.values()].reverse());
  }

  async end(): Promise<void> {
    this.#pipeline.stop();
    await this.#fleet.stop();
  }

  /** The bytes that all proxies hold. */
  get text(): string {
    const [text = '', ...others] = new Set(this.proxies.map((proxy) => proxy.text));
    expect(others).toEqual([]);
    return text;
  }

  get held(): readonly string[] {
    return this.#fleet.report().held.map(({ root, instead }) => `${root} ${instead}`);
  }

  get problems(): readonly string[] {
    const { problems } = this.#fleet.report();
    return problems.map(
      ({ code, resource }) => `${code} ${String(resource?.kind)}/${String(resource?.name)}`,
    );
  }

  get pushes(): number {
    return this.proxies.reduce((sum, { pushed }) => sum + pushed.length, 0);
  }

  async #start(changes: readonly ResourceChange[]): Promise<void> {
    await this.#fleet.load();
    this.#fleet.setMembers(this.proxies.map(({ member }) => member));
    for (const change of changes) this.#remember(change);
    const resources = changes.flatMap((change) => (change.type === 'upsert' ? [change.resource] : []));
    this.#pipeline.receive({ resources, problems: [], isComplete: true });
    await this.clock.advance(20_000);
  }

  #remember(change: ResourceChange): void {
    if (change.type === 'delete') this.#resources.delete(change.key);
    else {
      const { kind, metadata } = change.resource;
      this.#resources.set(`${kind}/${metadata.namespace}/${metadata.name}`, change);
    }
  }

  #makeFleet(): Fleet {
    return new Fleet({
      name: 'edge',
      clock: this.clock,
      random: () => 0.5,
      stores: this.#stores,
      shrinkGuard: false,
      heldRetry: { min: 3_600_000, max: 3_600_000 },
      connect: (member) => {
        const proxy = this.proxies.find((some) => some.member.key === member.key);
        if (proxy === undefined) throw new Error(`nobody is at ${member.key}`);
        return proxy.connect();
      },
    });
  }

  #makePipeline(state: ClusterState, engine: TranslationEngine): ResourcePipeline {
    return new ResourcePipeline({
      clock: this.clock,
      slices: new TimeSlices(this.clock),
      state,
      engine,
      fleets: [this.#fleet],
      onTranslated: () => undefined,
    });
  }
}

function storesInMemory(): FleetStores {
  let entries: readonly LedgerEntry[] = [];
  let accepted: readonly AcceptedState[] = [];
  return {
    ledger: {
      load: () => Promise.resolve(entries),
      save: (some) => {
        entries = some;
        return Promise.resolve();
      },
    },
    payloads: {
      load: () => Promise.resolve(accepted),
      save: (state) => {
        accepted = [state];
        return Promise.resolve();
      },
    },
  };
}

function upsert(manifest: object): ResourceChange {
  const projection = projectResource(manifest);
  if (!('resource' in projection)) throw new Error(JSON.stringify(projection));
  return { type: 'upsert', resource: projection.resource };
}

interface Entity {
  readonly id?: string;
  readonly [field: string]: unknown;
}

/** Names each entity that has the word in it, but not those that only have it in what is nested in them. */
function refusalsOf(text: string) {
  const { services = [], upstreams = [] } = JSON.parse(text) as Record<string, readonly Entity[] | undefined>;
  const targets = upstreams.flatMap((upstream) => (upstream['targets'] ?? []) as readonly Entity[]);
  const refusedTargets = targets.flatMap((target) => namedIf('target', target));
  const refusedOthers = services.flatMap((service) => {
    const {
      routes = [],
      plugins = [],
      ...own
    } = service as Entity & Record<string, readonly Entity[] | undefined>;
    return [
      ...namedIf('service', own),
      ...plugins.flatMap((plugin) => namedIf('plugin', plugin)),
      ...routes.flatMap(({ plugins: attached = [], ...route }: Entity & { plugins?: readonly Entity[] }) => [
        ...namedIf('route', route),
        ...attached.flatMap((plugin) => namedIf('plugin', plugin)),
      ]),
    ];
  });
  return [...refusedTargets, ...refusedOthers];
}

function namedIf(entityType: string, entity: Entity) {
  return BAD.test(JSON.stringify(entity))
    ? [{ entityType, entityId: entity.id ?? '', messages: ['no'] }]
    : [];
}
