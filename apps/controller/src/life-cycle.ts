import { isDeepStrictEqual } from 'node:util';
import { sleep, type Clock } from '@silverback/clock';
import type { MembershipSnapshot, ProxyDiscovery, ProxyMember } from '@silverback/discovery';
import type { Fleet } from '@silverback/fleet';
import {
  type DebugServerOptions,
  type Logger,
  type Metrics,
  startDebugServer,
  startHealthServer,
} from '@silverback/observability';
import type { ListenAddress } from '@silverback/settings';
import type { ResourcePipeline, ResourceSource } from './resource-pipeline.ts';

/** What the life cycle needs of a fleet. */
export type RunningFleet = Pick<
  Fleet,
  'setMembers' | 'report' | 'stop' | 'load' | 'events' | 'isLedgerKnown' | 'isOwedAnswers'
>;

/** How long the end of the controller waits for answers to what was sent in full, in ms. */
const ANSWER_MS = 5_000;
/** How often it looks whether they have come, in ms. */
const LOOK_MS = 50;

/** What the life cycle needs of an election. */
export interface RunningElection {
  readonly state: string;
  /** Who leads; empty where nobody is known to. */
  readonly holder: string;
  start(): void;
  /** @param release - whether another replica may take over at once */
  stop(release: boolean): Promise<void>;
}

/** The parts of a running controller. */
export interface ControllerParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly fleets: ReadonlyMap<string, RunningFleet>;
  /** What `/fleets` shows of a fleet. */
  readonly reportOf: (fleet: RunningFleet) => unknown;
  /** How the proxies of each fleet are found, by the fleet's name. */
  readonly discoveries: ReadonlyMap<string, ProxyDiscovery>;
  readonly source: ResourceSource;
  /** Absent where there is one replica only. */
  readonly election?: RunningElection;
  /** Writes what became of resources; absent where nothing is written. */
  readonly status?: { start(): void; stop(): Promise<void> };
  readonly pipeline: Pick<ResourcePipeline, 'receive' | 'stop' | 'isStarted'>;
  /** Where health is served; absent where it is not. */
  readonly healthAddress?: ListenAddress;
  /** Where people look for the reason of something, and what they see; absent where they cannot. */
  readonly debug?: { readonly address: ListenAddress; readonly views: DebugServerOptions['views'] };
}

/** Starts the parts in the order of the data and stops them in the opposite one. */
export class Controller {
  readonly #parts: ControllerParts;
  /** The proxies that were last found, by the fleet's name. */
  readonly #members = new Map<string, readonly ProxyMember[]>();
  /** Ends what has been started; the last one first. */
  readonly #endings: (() => Promise<void>)[] = [];

  constructor(parts: ControllerParts) {
    this.#parts = parts;
  }

  /**
   * Starts everything. If something fails, what was started is ended again.
   *
   * @throws SilverbackError such as `HealthAddressUnavailable`
   */
  async start(): Promise<void> {
    try {
      await this.#startHealth();
      await this.#startDebug();
      this.#endings.push(async () => this.#parts.source.close?.());
      const endElection = this.#startElection();
      for (const fleet of this.#parts.fleets.values()) await this.#loadFleet(fleet);
      this.#endings.push(endElection);
      this.#startStatus();
      // Some discoveries wait for the first resources, and a slow one must delay nobody else.
      await Promise.all([
        ...[...this.#parts.fleets].map(([name, fleet]) => this.#startDiscovery(name, fleet)),
        this.#startSource(),
      ]);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Ends everything, in the opposite order. */
  async stop(): Promise<void> {
    for (const end of this.#endings.splice(0).reverse()) await end();
  }

  /** What is missing before the controller does its work, in words. */
  missing(): readonly string[] {
    const { pipeline, fleets, source } = this.#parts;
    const undiscovered = [...fleets.keys()].filter((name) => !this.#members.has(name));
    const unread = [...fleets].filter(([, { isLedgerKnown }]) => !isLedgerKnown);
    return [
      ...(pipeline.isStarted ? [] : (source.missing?.() ?? ['the resources have not been read'])),
      ...unread.map(([name]) => `fleet ${name}: its ledger has not been read`),
      ...undiscovered.map((name) => `fleet ${name}: its proxies have not been looked up`),
    ];
  }

  async #startHealth(): Promise<void> {
    const { healthAddress, metrics, fleets, reportOf, logger, election } = this.#parts;
    if (!healthAddress) return;
    const server = await startHealthServer({
      ...healthAddress,
      metrics,
      missing: () => this.missing(),
      details: () => (election ? { leadership: { state: election.state, holder: election.holder } } : {}),
      fleets: () => [...fleets.values()].map(reportOf),
      events: (after) => [...fleets].map(([name, fleet]) => ({ name, events: fleet.events(after) })),
      onError: (error) => {
        logger.log('error', 'a request for health failed', { event: 'health-error', error });
      },
    });
    this.#endings.push(() => server.close());
    logger.log('info', 'health is served', { event: 'health-served', host: server.host, port: server.port });
  }

  async #startDebug(): Promise<void> {
    const { debug, logger } = this.#parts;
    if (!debug) return;
    const server = await startDebugServer({
      ...debug.address,
      views: debug.views,
      onError: (error) => {
        logger.log('error', 'a request for debugging failed', { event: 'debug-error', error });
      },
    });
    this.#endings.push(() => server.close());
    logger.log('info', 'debugging is served', {
      event: 'debug-served',
      host: server.host,
      port: server.port,
    });
  }

  /**
   * The election ends after the fleets, so that what they send is finished. The lease is given back only if every proxy
   * has answered: what one applies late would come after what another replica sends.
   *
   * @returns to be called before the fleets end
   */
  #startElection(): () => Promise<void> {
    const { election } = this.#parts;
    this.#endings.push(async () => election?.stop(!this.#isOwedAnswers()));
    election?.start();
    return () => this.#awaitAnswers();
  }

  #isOwedAnswers(): boolean {
    return [...this.#parts.fleets.values()].some(({ isOwedAnswers }) => isOwedAnswers);
  }

  /** Kong takes seconds to apply a configuration: without its answer another replica has to wait for the lease to run out. */
  async #awaitAnswers(): Promise<void> {
    const { clock } = this.#parts;
    const deadline = clock.now() + ANSWER_MS;
    while (this.#isOwedAnswers() && clock.now() < deadline) await sleep(clock, LOOK_MS);
  }

  /** It ends before the fleets, of which it tells, and before the lease is given back, without which nothing is written. */
  #startStatus(): void {
    const { status } = this.#parts;
    if (!status) return;
    this.#endings.push(() => status.stop());
    status.start();
  }

  /** What was refused and accepted before must be known before anything is decided. */
  async #loadFleet(fleet: RunningFleet): Promise<void> {
    this.#endings.push(() => fleet.stop());
    await fleet.load();
  }

  async #startDiscovery(name: string, fleet: RunningFleet): Promise<void> {
    const discovery = this.#parts.discoveries.get(name);
    if (!discovery) return;
    this.#endings.push(() => discovery.stop());
    await discovery.start((snapshot) => {
      this.#discovered(name, fleet, snapshot);
    });
  }

  /** Some sources report each answer that they get, also one that says the same. */
  #discovered(name: string, fleet: RunningFleet, { members, origin }: MembershipSnapshot): void {
    const before = this.#members.get(name);
    this.#members.set(name, members);
    if (before && isDeepStrictEqual(members, before)) return;
    const fields = { event: 'membership', fleet: name, origin, proxies: members.length };
    this.#parts.logger.log('info', 'proxies were looked up', fields);
    fleet.setMembers(members);
  }

  async #startSource(): Promise<void> {
    const { source, pipeline } = this.#parts;
    this.#endings.push(() => {
      pipeline.stop();
      return Promise.resolve();
    });
    this.#endings.push(() => source.stop());
    await source.start((snapshot) => {
      pipeline.receive(snapshot);
    });
  }
}
