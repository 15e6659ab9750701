import { VirtualClock } from '@silverback/clock';
import type { ProxyMember } from '@silverback/discovery';
import type { ConfigOutcome } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';
import type { World, WorldSetting } from '@silverback/model-test';
import { DEFAULT_TIMING, FanOut, type FanOutEvent, type FanOutTiming } from '../index.ts';
import { payloadOf, SimulatedProxy, type Misbehaviour } from '../testing.ts';
import { PROXIES, type Fault, type Step } from './model-steps.ts';
import { Witness } from './model-witness.ts';

/** Shorter than in production, so that a schedule sees the longest waits pass. */
const TIMING: FanOutTiming = {
  ...DEFAULT_TIMING,
  applyTimeout: 60_000,
  retryMax: 15_000,
  refusedRetryMin: 5_000,
  refusedRetryMax: 40_000,
  driftRetryMin: 5_000,
  driftRetryMax: 40_000,
  informationInterval: 20_000,
  uploads: 1,
};

/** How long an undisturbed proxy may take to hold what it should, whatever the others do, in ms. */
const UNDISTURBED_BOUND = 6_000;
/** How long all proxies may take once faults stop: the longest apply, and each of the longest waits once, in ms. */
const QUIESCENCE_BOUND = 90_000 + 60_000 + 40_000 + 40_000 + 30_000;
const NOBODY = 2;
/** Long enough that a newer payload often comes while one is applied. */
const APPLY_MS = 300;

type Presence = 'member' | 'leaving' | 'gone';

/** Two controllers with a lease, proxies, and everything that a schedule does to them. */
export class ModelWorld implements World<Step> {
  readonly violations: string[] = [];
  readonly #setting: WorldSetting;
  readonly #clock = new VirtualClock();
  readonly #proxies: readonly SimulatedProxy[];
  readonly #presence: Presence[];
  readonly #controllers: readonly FanOut[];
  readonly #witnesses: readonly (readonly Witness[])[];
  readonly #payloads: Payload[] = [];
  #desired: Payload | undefined;
  /** What the undisturbed proxy accepted last. */
  #lastGood: Payload | undefined;
  #leaseHolder = 0;
  /** Who may restore empty proxies, while nobody holds the lease. */
  #restorer = NOBODY;
  /** When something last happened that the undisturbed proxy may feel. */
  #disturbedAt = 0;

  constructor(setting: WorldSetting) {
    this.#setting = setting;
    this.#proxies = Array.from(
      { length: PROXIES },
      (_, index) => new SimulatedProxy(`kong-${index}`, this.#clock),
    );
    for (const proxy of this.#proxies) proxy.applyMs = APPLY_MS;
    this.#presence = this.#proxies.map(() => 'member');
    this.#witnesses = [0, 1].map((controller) =>
      this.#proxies.map((_, proxy) => this.#makeWitness(controller, proxy)),
    );
    this.#controllers = [0, 1].map((controller) => this.#makeController(controller));
    this.#tellMembers();
  }

  /** Takes one step and lets everything happen that follows from it at once. */
  async take(step: Step): Promise<void> {
    if (step.type === 'churn') await this.#churn(step.times, step.everyMs);
    else this.#apply(step);
    await this.#clock.advance(step.type === 'pass' ? step.ms : 0);
    this.#noteLastGood();
    this.#checkUndisturbed();
  }

  /** Ends all faults and waits until every proxy holds what it should; reports it if that takes too long. */
  async quiesce(): Promise<void> {
    this.#endFaults();
    const deadline = this.#clock.now() + QUIESCENCE_BOUND;
    while (!this.#isQuiet() && this.#clock.now() < deadline) await this.#clock.advance(2_500);
    if (!this.#isQuiet()) this.violations.push(`5: not converged: ${this.#describe()}`);
    await Promise.all(this.#controllers.map((controller) => controller.stop()));
    await this.#clock.advance(0);
    if (this.#isQuiet() && this.#clock.pendingTimers > 0) this.violations.push('a timer was left behind');
  }

  #apply(step: Step): void {
    switch (step.type) {
      case 'pass':
      case 'churn':
        return;
      case 'desire':
        this.#desire(step.back, step.bytes);
        return;
      case 'lease':
        this.#leaseHolder = step.holder;
        this.#restorer = NOBODY;
        this.#disturbedAt = this.#clock.now();
        return;
      case 'restorer':
        // Who leads can always be told to the one who leads.
        if (step.controller !== NOBODY) this.#leaseHolder = NOBODY;
        this.#restorer = step.controller;
        this.#disturbedAt = this.#clock.now();
        return;
      case 'certificate-roll':
        this.#rollCertificate();
        return;
      case 'discover':
        this.#setPresence(step.proxy, 'member');
        return;
      case 'leave':
        this.#setPresence(step.proxy, 'gone');
        return;
      case 'let-go':
        if (this.#presence[step.proxy] === 'member') this.#setPresence(step.proxy, 'leaving');
        return;
      default:
        this.#disturb(this.#proxies[step.proxy], step);
    }
  }

  /** The undisturbed proxy must not lose an answer: what is not known to have been applied is waited for. */
  #rollCertificate(): void {
    for (const [index, proxy] of this.#proxies.entries()) {
      if (index > 0 || proxy.inFlight === 0) proxy.breakConnections();
    }
  }

  #disturb(proxy: SimulatedProxy | undefined, step: Step): void {
    if (!proxy) return;
    switch (step.type) {
      case 'toggle':
        if (step.on) this.#setting.note(`fault ${step.fault}`);
        toggle(proxy.behaviour, step.fault, step.on);
        break;
      case 'slow':
        proxy.applyMs = step.applyMs;
        proxy.uploadMs = step.uploadMs;
        break;
      case 'restart':
        this.#setting.note(`restart ${step.keepsConfiguration ? 'kept' : 'empty'}`);
        if (step.keepsPids) this.#setting.note('restart with the same workers');
        proxy.restart(step.keepsConfiguration, step);
        break;
      case 'crash-worker':
        proxy.crashWorker();
        break;
      case 'foreign-write':
        proxy.hash = step.hash;
        break;
      default:
        this.#spoilAnswers(proxy.behaviour, step);
    }
  }

  #spoilAnswers(behaviour: Misbehaviour, step: Step): void {
    switch (step.type) {
      case 'refuse':
        behaviour.refuses = this.#refusedBy(step.what);
        break;
      case 'name-refusals':
        behaviour.refusals = step.on ? [{ entityType: 'route', entityId: 'id', messages: ['bad'] }] : [];
        break;
      case 'limit':
        behaviour[step.by === 'body' ? 'bodyLimit' : 'databaseLimit'] = step.bytes;
        break;
      case 'busy':
        this.#setting.note(`answer ${String(step.status)}`);
        behaviour.nextOutcomes = [busy(step)];
        break;
      case 'fail':
        behaviour.nextError = 'AdminApiFailed';
        break;
      default:
        throw new Error(`no step for one proxy: ${step.type}`);
    }
  }

  #refusedBy(what: 'everything' | 'newest' | 'nothing'): 'everything' | ReadonlySet<string> {
    if (what === 'everything') return what;
    return new Set(what === 'newest' && this.#desired ? [this.#desired.hash] : []);
  }

  #desire(back: number, bytes: number): void {
    const earlier = back === 0 ? undefined : this.#payloads.at(-1 - back);
    const payload = earlier ?? payloadOf(`payload ${this.#payloads.length} `.padEnd(bytes, '.'));
    if (!earlier) this.#payloads.push(payload);
    if (payload !== this.#desired) this.#disturbedAt = this.#clock.now();
    this.#desired = payload;
    for (const controller of this.#controllers) {
      for (const { member } of this.#proxies) controller.setDesired(member.key, payload);
    }
  }

  /** As a fleet does: what one of its proxies has accepted may restore others. */
  #noteLastGood(): void {
    const held = this.#proxies[0]?.hash;
    const accepted = this.#payloads.find(({ hash }) => hash === held);
    if (!accepted || accepted === this.#lastGood) return;
    this.#lastGood = accepted;
    for (const controller of this.#controllers) {
      for (const { member } of this.#proxies) controller.setLastGood(member.key, accepted);
    }
  }

  async #churn(times: number, everyMs: number): Promise<void> {
    for (let change = 0; change < times; change += 1) {
      this.#desire(0, 20);
      await this.#clock.advance(everyMs);
    }
  }

  #setPresence(index: number, presence: Presence): void {
    if (this.#presence[index] === presence) return;
    this.#presence[index] = presence;
    this.#tellMembers();
  }

  #tellMembers(): void {
    const members = this.#proxies.flatMap(({ member }, index): ProxyMember[] => {
      if (this.#presence[index] === 'gone') return [];
      return [this.#presence[index] === 'leaving' ? { ...member, leaving: true } : member];
    });
    for (const controller of this.#controllers) controller.setMembers(members);
  }

  #checkUndisturbed(): void {
    const leader = this.#controllers[this.#leaseHolder];
    const [proxy] = this.#proxies;
    if (!leader || !proxy || !this.#desired) return;
    if (this.#clock.now() - this.#disturbedAt < UNDISTURBED_BOUND) return;
    if (proxy.hash === this.#desired.hash) return;
    this.violations.push('4: a proxy was held up by others');
  }

  #endFaults(): void {
    const none: Misbehaviour = {
      hangs: false,
      hangsForUploads: false,
      stalls: false,
      isDown: false,
      losesAnswers: false,
      losesRequests: false,
      refuses: new Set<string>(),
      bodyLimit: Infinity,
      databaseLimit: Infinity,
      nextOutcomes: [],
      nextError: undefined,
      overwrittenWith: undefined,
      reportsHash: undefined,
      alternates: false,
    };
    for (const [index, proxy] of this.#proxies.entries()) {
      Object.assign(proxy.behaviour, none);
      proxy.applyMs = APPLY_MS;
      proxy.uploadMs = 0;
      this.#setPresence(index, 'member');
    }
    if (this.#leaseHolder === NOBODY) this.#leaseHolder = 0;
    this.#restorer = NOBODY;
    if (!this.#desired) this.#desire(0, 20);
  }

  #isQuiet(): boolean {
    const hash = this.#desired?.hash;
    return (
      this.#proxies.every((proxy) => proxy.hash === hash && proxy.inFlight === 0) &&
      this.#controllers.every((controller) => controller.sessions().every(({ state }) => state === 'in-sync'))
    );
  }

  #describe(): string {
    const states = this.#controllers.map((controller) =>
      controller.sessions().map(({ state, reason }) => `${state} ${reason?.code ?? ''}`),
    );
    return JSON.stringify(states);
  }

  #noteEvent(controller: number, event: FanOutEvent): void {
    const { note, trace } = this.#setting;
    note(event.type === 'state-changed' ? `state ${event.to}` : `event ${event.type}`);
    if (event.type === 'state-changed' && event.reason) note(`reason ${event.reason.code}`);
    if (event.type === 'pushed') note(`push ${event.result}`);
    if (event.type === 'pushed' && this.#restorer === controller) note('event restored');
    trace?.(
      `${this.#clock.now().toFixed(0)} controller ${controller} ${JSON.stringify(event, withoutPayload)}`,
    );
  }

  #makeWitness(controller: number, proxy: number): Witness {
    return new Witness({
      clock: this.#clock,
      timing: TIMING,
      desired: () => this.#desired,
      isMember: () => this.#presence[proxy] === 'member',
      lastGood: () => this.#lastGood,
      holdsLease: () => this.#leaseHolder === controller,
      mayRestore: () => this.#restorer === controller,
      report: (violation) => {
        this.violations.push(`${violation} (controller ${controller}, proxy ${proxy})`);
      },
    });
  }

  #makeController(index: number): FanOut {
    const fanOut: FanOut = new FanOut({
      clock: this.#clock,
      random: this.#setting.random,
      timing: TIMING,
      mayPush: () => this.#leaseHolder === index,
      mayRestore: () => this.#restorer === index,
      connect: ({ key }) => {
        const proxy = this.#proxies.findIndex(({ member }) => member.key === key);
        const admin = this.#proxies[proxy]?.connect();
        const witness = this.#witnesses[index]?.[proxy];
        if (!admin || !witness) throw new Error(`nobody is at ${key}`);
        return witness.watch(admin);
      },
      onEvent: (event) => {
        this.#noteEvent(index, event);
        const { key } = event.proxy;
        if (event.type !== 'joined') return;
        fanOut.setDesired(key, this.#desired);
        fanOut.setLastGood(key, this.#lastGood);
      },
    });
    return fanOut;
  }
}

function toggle(behaviour: Misbehaviour, fault: Fault, on: boolean): void {
  if (fault === 'isOverwritten') behaviour.overwrittenWith = on ? 'c'.repeat(32) : undefined;
  else if (fault === 'reportsAnotherHash') behaviour.reportsHash = on ? 'd'.repeat(32) : undefined;
  else behaviour[fault] = on;
}

/** Leaves out of a line what nobody reads: bytes, and what a proxy is beside its key. */
function withoutPayload(name: string, value: unknown): unknown {
  if (name === 'payload') return (value as Payload).hash.slice(0, 6);
  return name === 'proxy' ? (value as ProxyMember).key : value;
}

function busy({ status, retryAfterMs }: Extract<Step, { type: 'busy' }>): ConfigOutcome {
  return { type: 'busy', status, message: 'busy', ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
