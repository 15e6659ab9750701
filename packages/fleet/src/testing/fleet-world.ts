import { VirtualClock } from '@silverback/clock';
import type { EntityRefusal } from '@silverback/fan-out';
import { SimulatedProxy } from '@silverback/fan-out/testing';
import { FragmentMap, type Fragment } from '@silverback/kong-configuration';
import { Fleet, type Translation } from '../index.ts';
import { FIRST_OF_EXPRESSIONS, PROXIES, type FleetStep, type Form } from './fleet-steps.ts';
import { connectTo, ingress, kongPlugin, web } from './fixtures.ts';
import { MemoryStores } from './memory-stores.ts';

/** Short, so that a schedule sees held resources offered again. */
const HELD_RETRY = { min: 60_000, max: 120_000 };
/** How long everything may take once faults stop, in ms: a search, each of the longest waits, and what is due to be tried again. */
const QUIESCENCE_BOUND = 900_000;
/** How many proxies may refuse the same payload about the same time: those of a first trial. */
const MOST_REFUSERS = 3;
const SAME_TIME_MS = 20_000;

interface Manifest {
  readonly path: string;
  readonly form: Form;
  readonly isProtected: boolean;
}

/** A route as a configuration has it. */
interface Route {
  readonly name: string;
  readonly paths: readonly [string];
  readonly plugins?: readonly unknown[];
}

/** A fleet with two groups of proxies, resources that change, and a controller that restarts. */
export class FleetWorld {
  readonly violations: string[] = [];
  readonly #clock = new VirtualClock();
  readonly #random: () => number;
  readonly #stores = new MemoryStores();
  readonly #proxies: readonly SimulatedProxy[];
  readonly #odd = new Set<number>();
  readonly #members = new Set<number>();
  readonly #manifests = new Map<number, Manifest>();
  /** Who refused which payload, and when last. */
  readonly #refusals = new Map<string, Map<number, number>>();
  #fleet: Fleet;
  #minute = 5;
  #edits = 0;
  #isLenient = false;

  /** @param random - gives numbers in [0, 1): the jitter of all waits */
  constructor(random: () => number) {
    this.#random = random;
    this.#proxies = Array.from({ length: PROXIES }, (_, at) => this.#makeProxy(at));
    for (const at of this.#proxies.keys()) this.#members.add(at);
    this.#fleet = this.#makeFleet();
  }

  /** Reads the stores and begins. */
  async start(): Promise<void> {
    await this.#fleet.load();
    this.#tellMembers();
    this.#tellResources();
  }

  /** Takes one step and lets everything happen that follows from it at once. */
  async take(step: FleetStep): Promise<void> {
    if (step.type === 'restart-controller') await this.#restart();
    else this.#apply(step);
    await this.#clock.advance(step.type === 'pass' ? step.ms : 0);
    this.#checkProtection();
  }

  /** Ends all faults, and waits until every proxy holds what it should; then restarts the controller once more. */
  async quiesce(): Promise<void> {
    this.#odd.clear();
    for (const [at, proxy] of this.#proxies.entries()) {
      Object.assign(proxy.behaviour, { hangs: false });
      proxy.applyMs = 10;
      this.#members.add(at);
    }
    this.#tellMembers();
    const deadline = this.#clock.now() + QUIESCENCE_BOUND;
    while (!this.#isRight() && this.#clock.now() < deadline) await this.#clock.advance(1_000);
    if (!this.#isRight()) this.violations.push(`not as it should be: ${this.#describe()}`);
    this.#checkProtection();
    if (this.violations.length === 0) await this.#checkRestart();
    await this.#fleet.stop();
    await this.#clock.advance(0);
    if (this.#clock.pendingTimers > 0) this.violations.push('a timer was left behind');
  }

  #makeProxy(at: number): SimulatedProxy {
    const proxy = new SimulatedProxy(`kong-${String(at)}`, this.#clock);
    const isExpressions = at >= FIRST_OF_EXPRESSIONS;
    if (isExpressions) proxy.behaviour.routerFlavor = 'expressions';
    const apply = proxy.apply.bind(proxy);
    proxy.apply = async (payload, options) => {
      const outcome = await apply(payload, options);
      if (outcome?.type === 'refused' && !this.#odd.has(at))
        this.#noteRefusal(`${String(isExpressions)} ${payload.hash}`, at);
      return outcome;
    };
    proxy.behaviour.judge = (text) => {
      if (this.#odd.has(at)) return [{ entityType: 'route', entityId: 'no', messages: ['odd'] }];
      if (this.#isLenient) return [];
      const named = refusalsIn(text, isExpressions);
      // Kong's parser refuses the whole before it looks at anything else.
      return text.includes('/unnamed-') ? [{ entityType: 'unknown', messages: ['no'] }] : named;
    };
    return proxy;
  }

  #makeFleet(): Fleet {
    return new Fleet({
      name: 'edge',
      clock: this.#clock,
      random: this.#random,
      connect: connectTo(this.#proxies),
      stores: this.#stores,
      heldRetry: HELD_RETRY,
      shrinkGuard: false,
      timing: {
        applyTimeout: 60_000,
        retryMax: 5_000,
        refusedRetryMin: 5_000,
        refusedRetryMax: 20_000,
        driftRetryMax: 20_000,
      },
    });
  }

  #apply(step: Exclude<FleetStep, { type: 'restart-controller' }>): void {
    switch (step.type) {
      case 'pass':
        return;
      case 'edit':
        this.#edit(step.ingress, step.form, step.isProtected);
        return;
      case 'delete':
        this.#manifests.delete(step.ingress);
        this.#tellResources();
        return;
      case 'plugin':
        this.#edits += 1;
        this.#minute = step.form === 'good' ? 5 + this.#edits : 0;
        this.#tellResources();
        return;
      case 'lenient':
        this.#isLenient = true;
        return;
      case 'leave':
      case 'join':
        if (step.type === 'join') this.#members.add(step.proxy);
        else this.#members.delete(step.proxy);
        this.#tellMembers();
        return;
      case 'odd':
        if (step.on) this.#odd.add(step.proxy);
        else this.#odd.delete(step.proxy);
        return;
      default:
        this.#disturb(this.#proxies[step.proxy], step);
    }
  }

  #disturb(proxy: SimulatedProxy | undefined, step: FleetStep): void {
    if (proxy === undefined) return;
    if (step.type === 'restart-proxy') proxy.restart(step.keepsConfiguration);
    else if (step.type === 'hang') proxy.behaviour.hangs = step.on;
    else if (step.type === 'slow') proxy.applyMs = step.applyMs;
  }

  #edit(at: number, form: Form, isProtected: boolean): void {
    this.#edits += 1;
    const path = `/${form}-${isProtected ? 'protected' : 'open'}-${String(this.#edits)}`;
    this.#manifests.set(at, { path, form, isProtected });
    this.#tellResources();
  }

  async #restart(): Promise<void> {
    await this.#fleet.stop();
    this.#fleet = this.#makeFleet();
    await this.start();
  }

  #tellMembers(): void {
    const members = this.#proxies.filter((_, at) => this.#members.has(at));
    this.#fleet.setMembers(members.map(({ member }) => member));
  }

  #tellResources(): void {
    const ingresses = [...this.#manifests].map(([at, { path, isProtected }]) =>
      ingress(`i${String(at)}`, path, isProtected ? ['limit'] : []),
    );
    const fragments: Fragment[] = [web, kongPlugin('limit', this.#minute), ...ingresses];
    const map = FragmentMap.of(fragments);
    const translation: Translation = { facets: ['router'], fragmentsFor: () => map };
    this.#fleet.setTranslation(translation, []);
  }

  /** A payload that is refused is shown to a few proxies of a group, never to all. */
  #noteRefusal(groupAndHash: string, at: number): void {
    const refusers = this.#refusals.get(groupAndHash) ?? new Map<number, number>();
    const now = this.#clock.now();
    refusers.set(at, now);
    this.#refusals.set(groupAndHash, refusers);
    const recent = [...refusers.values()].filter((time) => now - time <= SAME_TIME_MS);
    if (recent.length > MOST_REFUSERS) this.violations.push('a refused payload reached too many proxies');
  }

  /** Whatever a proxy serves: what a manifest protects is never served open. */
  #checkProtection(): void {
    for (const { text } of this.#proxies) {
      const open = routesIn(text).find(({ paths: [path], plugins = [] }) => {
        return path.includes('-protected-') && plugins.length === 0;
      });
      if (open) this.violations.push(`${open.name} is served without its plugin`);
    }
  }

  /** Every proxy is in sync, and serves each Ingress in its newest form if Kong takes that. */
  #isRight(): boolean {
    const { proxies } = this.#fleet.report();
    // What the controller of before has handed over is still applied, and is repaired when it is seen.
    if (this.#proxies.some(({ inFlight }) => inFlight > 0)) return false;
    const hashes = new Map(this.#proxies.map(({ member, hash }) => [member.key, hash]));
    const areInSync = proxies.every(
      ({ key, state, desiredHash, reportedHash }) =>
        state === 'in-sync' && desiredHash === reportedHash && reportedHash === hashes.get(key),
    );
    return (
      areInSync && proxies.length === PROXIES && this.#proxies.every((proxy, at) => this.#serves(proxy, at))
    );
  }

  #serves({ text }: SimulatedProxy, at: number): boolean {
    const paths = new Set(routesIn(text).map(({ paths: [path] }) => path));
    return [...this.#manifests.values()].every((manifest) => {
      // Which form of a refused plugin is held, if any, depends on what this group has accepted before.
      if (manifest.isProtected && this.#minute === 0 && !this.#isLenient) return true;
      return paths.has(manifest.path) === this.#isTaken(manifest, at >= FIRST_OF_EXPRESSIONS);
    });
  }

  #isTaken({ form }: Manifest, isExpressions: boolean): boolean {
    return this.#isLenient || form === 'good' || (form === 'expressions' && !isExpressions);
  }

  /** What was refused stays held over a restart, and proxies in sync get nothing. */
  async #checkRestart(): Promise<void> {
    const pushes = this.#proxies.map(({ pushed }) => pushed.length);
    await this.#restart();
    await this.#clock.advance(20_000);
    const more = this.#proxies.filter(({ pushed }, at) => pushed.length !== pushes[at]);
    if (more.length > 0) this.violations.push(`a restart sent something: ${this.#describe()}`);
  }

  #describe(): string {
    const { proxies, held, problems } = this.#fleet.report();
    return JSON.stringify({
      proxies: proxies.map(({ state, reason }) => `${state} ${reason?.code ?? ''}`),
      held: held.map(({ root, instead }) => `${root} ${instead}`),
      problems: problems.map(({ code, message }) => `${code} ${message}`),
      manifests: [...this.#manifests.values()].map(({ path }) => path),
      serves: this.#proxies.map(({ text }) => routesIn(text).map(({ paths: [path] }) => path)),
    });
  }
}

function refusalsIn(text: string, isExpressions: boolean): readonly EntityRefusal[] {
  const refusals = routesIn(text)
    .filter(
      ({ paths: [path] }) =>
        path.startsWith('/named-') || (isExpressions && path.startsWith('/expressions-')),
    )
    .map(({ name }): EntityRefusal => {
      const entityId = new RegExp(`"id":"([^"]+)","name":"${name}"`).exec(text)?.[1] ?? '';
      return { entityType: 'route', entityId, messages: ['no'] };
    });
  const plugins = [...text.matchAll(/"config":\{"minute":0\},"id":"([^"]+)"/g)].map(
    ([, entityId = '']): EntityRefusal => ({ entityType: 'plugin', entityId, messages: ['no'] }),
  );
  return [...refusals, ...plugins];
}

function routesIn(text: string): readonly Route[] {
  if (text === '') return [];
  const { services = [] } = JSON.parse(text) as { services?: readonly { routes?: readonly Route[] }[] };
  return services.flatMap(({ routes = [] }) => routes);
}
