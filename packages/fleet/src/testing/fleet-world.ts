import { VirtualClock, type Cancel } from '@silverback/clock';
import { EMPTY } from '@silverback/fan-out/testing';
import { FragmentMap } from '@silverback/kong-configuration';
import type { World, WorldSetting } from '@silverback/model-test';
import type { Member } from '../fleet-options.ts';
import { Fleet, type FleetEvent, type GroupReport, type ProxyReport } from '../index.ts';
import { disagreements } from './fleet-agreement.ts';
import { FleetCluster, type Version } from './fleet-cluster.ts';
import { edit } from './fleet-edits.ts';
import { readConfiguration } from './fleet-configuration.ts';
import { wrongOfFaulty } from './fleet-fault-report.ts';
import { FleetPromises } from './fleet-promises.ts';
import { FOREIGN_HASH, ModelProxies, type Fault, type ModelProxy } from './fleet-proxies.ts';
import { FIRST_OF_EXPRESSIONS, PROXIES, type FleetStep, type Reading } from './fleet-steps.ts';
import { connectTo } from './fixtures.ts';
import { MemoryStores } from './memory-stores.ts';

/** Short, so that a schedule sees held resources offered again. */
const HELD_RETRY = { min: 60_000, max: 120_000 };
/** How long everything may take once faults stop, in ms: a search, each of the longest waits, and what is due to be tried again. */
const QUIESCENCE_BOUND = 1_800_000;
/** How long a report may take to tell of faults that go on, in ms. */
const FAULTS_BOUND = 300_000;
/** How long the source may take to be read whole after a restart, in ms. */
const READING_MS = 30_000;

/** How much of the source is read: nothing, all but the Ingresses, everything. */
type SourceState = 'unread' | 'in-part' | 'complete';
type Presence = 'member' | 'leaving' | 'gone';

/** A fleet with two groups of proxies, resources that change, and a controller that restarts. */
export class FleetWorld implements World<FleetStep> {
  readonly violations: string[] = [];
  readonly #setting: WorldSetting;
  readonly #clock = new VirtualClock();
  readonly #stores = new MemoryStores();
  readonly #cluster = new FleetCluster();
  readonly #proxies: ModelProxies;
  readonly #presence: Presence[];
  readonly #promises: FleetPromises;
  #fleet: Fleet;
  #source: SourceState = 'complete';
  /** What was given to proxies since the last restart, before the source was read. */
  readonly #restored = new Set<ModelProxy>();
  #cancelReading: Cancel = () => undefined;
  #edits = 0;

  private constructor(setting: WorldSetting) {
    this.#setting = setting;
    const onViolation = (violation: string): void => {
      this.violations.push(violation);
    };
    this.#promises = new FleetPromises(this.#cluster, {
      isSourceRead: () => this.#source === 'complete',
      proxiesOf: this.#proxiesOf.bind(this),
      onViolation,
    });
    this.#proxies = new ModelProxies(PROXIES, FIRST_OF_EXPRESSIONS, this.#clock, {
      onArrival: this.#arrived.bind(this),
      onViolation,
    });
    this.#presence = this.#proxies.all.map(() => 'member');
    this.#fleet = this.#makeFleet();
  }

  /** A world that has begun. */
  static async start(setting: WorldSetting): Promise<FleetWorld> {
    const world = new FleetWorld(setting);
    await world.#begin();
    return world;
  }

  /** Takes one step and lets everything happen that follows from it at once. */
  async take(step: FleetStep): Promise<void> {
    if (step.type === 'restart-controller') await this.#restart(step.reading);
    else this.#apply(step);
    await this.#clock.advance(step.type === 'pass' ? step.ms : 0);
  }

  /**
   * Lets time pass until the report tells of the faults that go on; then ends them, and waits until every proxy holds what
   * it should and the report says so. Restarts the controller once more: nothing may be sent then.
   */
  async quiesce(): Promise<void> {
    await this.#expectWithin(FAULTS_BOUND, () => this.#wrongWithFaults());
    this.#setting.trace?.('faults end');
    this.#endFaults();
    await this.#expectWithin(QUIESCENCE_BOUND, () => this.#wrongWithoutFaults());
    for (const { instead } of this.#fleet.report().held) this.#setting.note(`held ${instead}`);
    if (this.violations.length === 0) await this.#checkRestart();
    this.#cancelReading();
    await this.#fleet.stop();
    await this.#clock.advance(0);
    if (this.#clock.pendingTimers > 0) this.violations.push('a timer was left behind');
  }

  #makeFleet(): Fleet {
    return new Fleet({
      name: 'edge',
      clock: this.#clock,
      random: this.#setting.random,
      connect: connectTo(this.#proxies.all),
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
      onEvent: this.#hear.bind(this),
    });
  }

  #hear(event: FleetEvent): void {
    this.#promises.hear(event);
    const { note, trace } = this.#setting;
    note(event.type === 'state-changed' ? `state ${event.to}` : `event ${event.type}`);
    if (event.type === 'state-changed' && event.reason) note(`reason ${event.reason.code}`);
    if (event.type === 'pushed') note(`push ${event.result}`);
    if (event.type === 'quarantined' && event.roots.length > 1) note('held together');
    trace?.(`${this.#clock.now().toFixed(0)} ${lineOf(event)}`);
  }

  #arrived(proxy: ModelProxy, hash: string, text: string): void {
    this.#promises.sent(hash, text);
    if (this.#source !== 'unread') return;
    this.#setting.note('restored');
    // Before the source is read nobody gets anything but those that have nothing, and these what was accepted last.
    if (proxy.hash !== EMPTY && !this.#restored.has(proxy))
      this.violations.push('a proxy that holds something was sent something, and nothing is known');
    this.#restored.add(proxy);
    if (this.#promises.releasedHash(proxy.group) !== hash)
      this.violations.push('a proxy was restored with something that was not accepted last');
  }

  #proxiesOf(group: string) {
    const reports = this.#fleet.report().proxies.filter((report) => report.group === group);
    const isOut = ({ state }: ProxyReport): boolean => state === 'leaving' || state === 'unreachable';
    const isOdd = ({ reason }: ProxyReport): boolean => reason?.code === 'OddProxy';
    const keysOf = (some: readonly ProxyReport[]) => new Set(some.map(({ key }) => key));
    return {
      odd: keysOf(reports.filter(isOdd)),
      good: keysOf(reports.filter((report) => !isOut(report) && !isOdd(report))),
    };
  }

  #apply(step: Exclude<FleetStep, { type: 'restart-controller' }>): void {
    switch (step.type) {
      case 'pass':
        return;
      case 'lenient':
        this.#proxies.isLenient = true;
        return;
      case 'leave':
        this.#setPresence(step.proxy, 'gone');
        return;
      case 'let-go':
        if (this.#presence[step.proxy] === 'member') this.#setPresence(step.proxy, 'leaving');
        return;
      case 'join':
        this.#setPresence(step.proxy, 'member');
        return;
      default:
        if ('proxy' in step) this.#disturb(this.#proxies.all[step.proxy], step);
        else {
          this.#edits += 1;
          edit(this.#cluster, step, this.#edits);
          this.#tellResources();
        }
    }
  }

  #disturb(proxy: ModelProxy | undefined, step: FleetStep): void {
    if (proxy === undefined) return;
    if (step.type === 'restart-proxy') proxy.restart(step.keepsConfiguration);
    else if (step.type === 'fault') this.#setFault(proxy, step.fault, step.on);
    else if (step.type === 'slow') proxy.applyMs = step.applyMs;
    else if (step.type === 'busy')
      proxy.behaviour.nextOutcomes = [{ type: 'busy', status: step.status, message: 'busy' }];
    else if (step.type === 'fail') proxy.behaviour.nextError = 'AdminApiFailed';
    else if (step.type === 'foreign-write') proxy.hash = FOREIGN_HASH;
  }

  #setFault(proxy: ModelProxy, fault: Fault, on: boolean): void {
    if (on) this.#setting.note(`fault ${fault}`);
    proxy.set(fault, on);
  }

  async #restart(reading: Reading): Promise<void> {
    this.#setting.note(`source read ${reading}`);
    this.#cancelReading();
    await this.#fleet.stop();
    this.#fleet = this.#makeFleet();
    this.#restored.clear();
    this.#source = ({ 'at-once': 'complete', late: 'unread', 'in-parts': 'in-part' } as const)[reading];
    if (reading !== 'at-once') {
      this.#cancelReading = this.#clock.schedule(READING_MS, () => {
        this.#source = 'complete';
        this.#tellResources();
      });
    }
    await this.#begin();
  }

  /** Reads the stores and begins. */
  async #begin(): Promise<void> {
    await this.#fleet.load();
    this.#tellMembers();
    this.#tellResources();
  }

  #setPresence(at: number, presence: Presence): void {
    this.#presence[at] = presence;
    this.#tellMembers();
  }

  #tellMembers(): void {
    const members = this.#proxies.all.flatMap(({ member }, at): Member[] => {
      if (this.#presence[at] === 'gone') return [];
      return [this.#presence[at] === 'leaving' ? { ...member, leaving: true } : member];
    });
    this.#fleet.setMembers(members);
  }

  #tellResources(): void {
    if (this.#source === 'unread') return;
    const isComplete = this.#source === 'complete';
    if (isComplete) this.#cluster.wasRead();
    const map = FragmentMap.of(this.#cluster.fragments(isComplete));
    const resources = this.#cluster.currentResources();
    this.#fleet.setTranslation(
      { facets: ['router'], fragmentsFor: () => map, currentResources: () => resources },
      [],
      isComplete,
    );
  }

  #endFaults(): void {
    for (const [at, proxy] of this.#proxies.all.entries()) {
      proxy.mend();
      this.#presence[at] = 'member';
    }
    this.#tellMembers();
  }

  async #expectWithin(ms: number, wrong: () => readonly string[]): Promise<void> {
    const deadline = this.#clock.now() + ms;
    while (wrong().length > 0 && this.#clock.now() < deadline) await this.#clock.advance(1_000);
    const [first] = wrong();
    if (first !== undefined) this.violations.push(`${first}: ${this.#describe()}`);
  }

  /** What the report does not say of the faults that go on. */
  #wrongWithFaults(): readonly string[] {
    const { proxies } = this.#fleet.report();
    const reports = new Map(proxies.map((report) => [report.key, report]));
    const wrong = this.#proxies.all.flatMap((proxy, at) => {
      const report = reports.get(proxy.member.key);
      if (this.#presence[at] === 'gone')
        return report ? [`${proxy.member.name} has left and is in the report`] : [];
      if (report === undefined) return [`${proxy.member.name} is not in the report`];
      if (this.#presence[at] === 'leaving') return wrongLeaving(report);
      const isLenient = this.#proxies.isLenient;
      return wrongOfFaulty({ proxy, report, isAlone: this.#isAlone(proxy, report), isLenient }) ?? [];
    });
    return this.#source === 'complete' ? wrong : ['the source is not read'];
  }

  #isAlone({ group }: ModelProxy, { desiredHash }: ProxyReport): boolean {
    return !this.#proxies.all.some((other) => other.group === group && other.hash === desiredHash);
  }

  /** What is not as it should be where nothing is wrong with any proxy. */
  #wrongWithoutFaults(): readonly string[] {
    const { proxies, groups, problems, held } = this.#fleet.report();
    // What the controller of before has handed over is still applied, and is repaired when it is seen.
    if (this.#proxies.all.some(({ inFlight }) => inFlight > 0)) return ['something is on its way'];
    const reports = new Map(proxies.map((report) => [report.key, report]));
    const byName = new Map(groups.map((group) => [group.name, group]));
    return [
      ...(proxies.length === PROXIES ? [] : [`${String(proxies.length)} proxies are reported`]),
      ...(hasAll(held, groups) ? [] : ['the fleet and its groups hold different resources']),
      ...this.#proxies.all.flatMap((proxy) => {
        const [report, group] = [reports.get(proxy.member.key), byName.get(proxy.group)];
        if (report === undefined || group === undefined) return [`${proxy.member.name} is in no group`];
        const wrong = wrongInSync(proxy, report, group);
        if (wrong.length > 0) return wrong;
        const isTaken = (version: Version): boolean => this.#isTaken(version, proxy.isExpressions);
        const configuration = readConfiguration(proxy.text);
        return disagreements({ cluster: this.#cluster, group, problems, configuration, isTaken });
      }),
    ];
  }

  #isTaken({ form }: Version, isExpressions: boolean): boolean {
    return this.#proxies.isLenient || form === 'good' || (form === 'expressions' && !isExpressions);
  }

  /** What was refused stays held over a restart, and proxies in sync get nothing. */
  async #checkRestart(): Promise<void> {
    const pushes = this.#proxies.all.map(({ pushed }) => pushed.length);
    await this.#restart('at-once');
    await this.#clock.advance(20_000);
    const more = this.#proxies.all.filter(({ pushed }, at) => pushed.length !== pushes[at]);
    if (more.length > 0) this.violations.push(`a restart sent something: ${this.#describe()}`);
    const [wrong] = this.#wrongWithoutFaults();
    if (wrong !== undefined) this.violations.push(`after a restart: ${wrong}: ${this.#describe()}`);
  }

  #describe(): string {
    const { proxies, groups, problems } = this.#fleet.report();
    return JSON.stringify({
      proxies: proxies.map(({ name, state, reason }) => `${name} ${state} ${reason?.code ?? ''}`),
      held: groups.map(
        ({ name, held }) => `${name}: ${held.map(({ root, instead }) => `${root} ${instead}`).join()}`,
      ),
      problems: problems.map(({ code, message }) => `${code} ${message}`),
      serves: this.#proxies.all.map(({ text }) =>
        [...readConfiguration(text).edits].map(([root, edit]) => `${root} ${String(edit)}`).join(),
      ),
    });
  }
}

function wrongLeaving({ name, state }: ProxyReport): string[] {
  return state === 'leaving' ? [] : [`${name} is leaving and ${state}`];
}

function wrongInSync(
  { hash }: ModelProxy,
  { name, state, desiredHash, reportedHash }: ProxyReport,
  group: GroupReport,
) {
  const hashes = new Set([hash, desiredHash, reportedHash, group.desired?.hash]);
  if (hashes.size > 1) return [`${name} does not hold what it should, or the report says something else`];
  return state === 'in-sync' ? [] : [`${name} is ${state}`];
}

/** Whether a fleet holds exactly what its groups hold. */
function hasAll(held: GroupReport['held'], groups: readonly GroupReport[]): boolean {
  const texts = (list: GroupReport['held']): ReadonlySet<string> =>
    new Set(list.map((one) => JSON.stringify(one)));
  const [all, each] = [texts(held), texts(groups.flatMap((group) => group.held))];
  return all.size === each.size && [...each].every((one) => all.has(one));
}

function lineOf(event: FleetEvent): string {
  const { type, group = '' } = event;
  const proxy = 'proxy' in event ? event.proxy.name : '';
  const hash = 'payload' in event ? event.payload.hash.slice(0, 6) : '';
  const more = [
    ...('result' in event ? [event.result] : []),
    ...('to' in event ? [event.to, event.reason?.code ?? ''] : []),
    ...('roots' in event ? [event.roots.join()] : []),
    ...('withheld' in event ? [String(event.withheld)] : []),
  ];
  return [type, group, proxy, hash, ...more].filter((word) => word !== '').join(' ');
}
