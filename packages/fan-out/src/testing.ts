import { createHash } from 'node:crypto';
import { sleep, type Clock } from '@silverback/clock';
import type { ProxyMember } from '@silverback/discovery';
import { SilverbackError, type Code } from '@silverback/errors';
import type { AdminApi, ConfigOutcome, EntityRefusal, SendOptions } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';

/** What a simulated proxy does wrong. */
export interface Misbehaviour {
  /** Answers nothing until the session gives up. */
  hangs?: boolean;
  /** Answers nothing on connections for uploads. */
  hangsForUploads?: boolean;
  /** Takes the first slice of an upload and nothing more. */
  stalls?: boolean;
  /** Refuses connections. */
  isDown?: boolean;
  /** Refuses every configuration, or those with these hashes. */
  refuses?: 'everything' | ReadonlySet<string>;
  refusals?: readonly EntityRefusal[];
  /** Refuses whatever contains this text, naming no entity. */
  refusesText?: string;
  /** Looks at a configuration as text, and names what it refuses of it. */
  judge?: (text: string) => readonly EntityRefusal[];
  /** What it says of an entity by itself. */
  checks?: (type: string, entity: object) => string | undefined;
  /** Has no room for configurations of more bytes than these: in a body, in its database. */
  bodyLimit?: number;
  databaseLimit?: number;
  /** Answers the next pushes with these, then behaves. */
  nextOutcomes?: ConfigOutcome[];
  /** Answers the next push with this error. */
  nextError?: Code | undefined;
  /** The connection breaks after the last byte; the configuration is applied all the same. */
  losesAnswers?: boolean;
  /** Answers so many ms after it has applied a configuration. */
  answersLateBy?: number;
  /** The connection breaks after the last byte; the configuration is lost with it. */
  losesRequests?: boolean;
  /** Reports this hash whatever it holds. */
  reportsHash?: string | undefined;
  /** Somebody else writes a configuration with this hash soon after each one that it accepts. */
  overwrittenWith?: string | undefined;
  /** Two proxies answer in turn, as behind a load balancer; only what they say of their workers differs. */
  alternates?: boolean;
  routerFlavor?: string;
}

export const EMPTY = '0'.repeat(32);

/** How long a client waits for a proxy that says nothing, and for one that takes nothing more, in ms. */
const SILENCE_MS = 5_000;
const STALL_MS = 10_000;
/** How soon somebody else writes over what was accepted, in ms. */
const OVERWRITTEN_AFTER_MS = 700;
/** How much higher the worker ids of the second proxy are where two answer in turn. */
const OTHER_PIDS = 1_000_000;

/** A DB-less Kong as far as a session can see it, on a virtual clock: the last commit wins, a sent POST is always applied. */
export class SimulatedProxy {
  readonly member: ProxyMember;
  readonly pushed: { hash: string; checkHash: boolean; flattenErrors: boolean; at: number }[] = [];
  readonly behaviour: Misbehaviour = {};
  /** Every configuration that it accepted, as text. */
  readonly texts: string[] = [];
  /** How long applying takes, and how long an upload takes, in ms. */
  applyMs = 10;
  uploadMs = 0;
  /** In how many slices a configuration arrives. */
  slices = 3;
  hash = EMPTY;
  pids: number[] = [11, 12];
  version = '3.9.3';
  database = 'off';
  /** What it says of the largest body that it takes. */
  toldBodyLimit: number | undefined;
  nodeId = 'node';
  /** Configurations that are on their way or being applied. */
  inFlight = 0;
  mostInFlight = 0;
  statusReads = 0;
  /** Requests since it was started. */
  requests = 0;
  /** Entities that it was asked about, by type. */
  readonly checked: string[] = [];
  closed = 0;
  readonly #clock: Clock;
  readonly #clients = new Set<SimulatedClient>();
  #generation = 0;

  constructor(name: string, clock: Clock) {
    this.#clock = clock;
    this.member = {
      key: `${name}:8444`,
      name: `${name}:8444`,
      protocol: 'https',
      host: name,
      port: 8444,
      origin: 'static',
    };
  }

  /** The configuration that it accepted last, as text. */
  get text(): string {
    return this.texts.at(-1) ?? '';
  }

  /** A new process: other workers (perhaps with the ids of before), requests under way are lost. */
  restart(keepConfiguration: boolean, { keepsPids = false } = {}): void {
    this.#generation += 1;
    this.requests = 0;
    if (!keepsPids) this.pids = this.pids.map((pid) => pid + 100);
    if (!keepConfiguration) this.hash = EMPTY;
    this.breakConnections();
  }

  /** One worker ends and another one starts for it; requests under way were with the one that ended. */
  crashWorker(): void {
    this.#generation += 1;
    this.pids = [...this.pids.slice(1), Math.max(...this.pids) + 1];
    this.breakConnections();
  }

  /** Ends all connections, idle or not. What was sent completely is applied all the same. */
  breakConnections(): void {
    for (const client of this.#clients) client.break();
  }

  connect = (): AdminApi => {
    const client = new SimulatedClient(this, this.#clock, () => {
      this.closed += 1;
      this.#clients.delete(client);
    });
    this.#clients.add(client);
    return client;
  };

  /** Applies a configuration that has arrived completely; undefined if it is lost on the way. */
  async apply(payload: Payload, options: SendOptions): Promise<ConfigOutcome | undefined> {
    const startedAt = this.#clock.now();
    const { nextError, losesRequests } = this.behaviour;
    if (losesRequests) return undefined;
    this.behaviour.nextError = undefined;
    if (nextError)
      throw new SilverbackError(nextError, { message: 'an error page', where: this.member.name });
    const immediate = this.behaviour.nextOutcomes?.shift() ?? this.#tooLarge(payload);
    if (immediate) return immediate;
    if (options.checkHash && this.hash === payload.hash) return { type: 'unchanged', durationMs: 0 };
    const generation = this.#generation;
    await sleep(this.#clock, this.applyMs);
    if (generation !== this.#generation) return undefined;
    const text = Buffer.concat(payload.segments).toString();
    const refusals = this.behaviour.judge?.(text) ?? this.behaviour.refusals ?? [];
    if (this.#refuses(payload.hash, text)) {
      const named = options.flattenErrors ? refusals : [];
      return { type: 'refused', refusals: named, message: 'declarative config is invalid' };
    }
    this.hash = payload.hash;
    this.texts.push(text);
    this.#overwriteSoon();
    return this.#accepted(this.#clock.now() - startedAt);
  }

  async #accepted(durationMs: number): Promise<ConfigOutcome | undefined> {
    const { losesAnswers, answersLateBy = 0 } = this.behaviour;
    if (losesAnswers) return undefined;
    if (answersLateBy > 0) await sleep(this.#clock, answersLateBy);
    return { type: 'accepted', durationMs };
  }

  #overwriteSoon(): void {
    if (this.behaviour.overwrittenWith === undefined) return;
    this.#clock.schedule(OVERWRITTEN_AFTER_MS, () => {
      this.hash = this.behaviour.overwrittenWith ?? this.hash;
    });
  }

  #tooLarge({ byteLength }: Payload): ConfigOutcome | undefined {
    const { bodyLimit = Infinity, databaseLimit = Infinity } = this.behaviour;
    if (byteLength > bodyLimit) return { type: 'too-large', limit: 'body', message: '413 Too Large' };
    if (byteLength > databaseLimit) return { type: 'too-large', limit: 'lmdb', message: 'does not fit' };
    return undefined;
  }

  #refuses(hash: string, text: string): boolean {
    const { refuses, refusesText, judge } = this.behaviour;
    if (refusesText !== undefined && text.includes(refusesText)) return true;
    if (judge && judge(text).length > 0) return true;
    return refuses === 'everything' || (refuses?.has(hash) ?? false);
  }
}

/** A client of a simulated proxy: what a session holds, with connections that can break. */
class SimulatedClient implements AdminApi {
  readonly address: string;
  readonly #proxy: SimulatedProxy;
  readonly #clock: Clock;
  readonly #onClose: () => void;
  readonly #listeners: (() => void)[] = [];
  #line = new AbortController();
  /** Grows with each break, so that a restart is never taken for the connection of before. */
  #breaks = 0;
  #isReadyForUploads = false;

  constructor(proxy: SimulatedProxy, clock: Clock, onClose: () => void) {
    this.address = proxy.member.name;
    this.#proxy = proxy;
    this.#clock = clock;
    this.#onClose = onClose;
  }

  break(): void {
    this.#breaks += 1;
    this.#isReadyForUploads = false;
    this.#line.abort();
    this.#line = new AbortController();
    for (const listener of this.#listeners) listener();
  }

  onDisconnect(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async connect(signal?: AbortSignal): Promise<void> {
    await this.#reach(signal, this.#proxy.behaviour.hangsForUploads);
    this.#isReadyForUploads = true;
  }

  standing(): string | undefined {
    return this.#isReadyForUploads ? String(this.#breaks) : undefined;
  }

  async status(signal?: AbortSignal) {
    this.#proxy.statusReads += 1;
    await this.#reach(signal);
    const { behaviour, hash, pids, requests, statusReads } = this.#proxy;
    const isOther = behaviour.alternates === true && statusReads % 2 === 1;
    return {
      configurationHash: behaviour.reportsHash ?? hash,
      workerPids: isOther ? pids.map((pid) => pid + OTHER_PIDS) : pids,
      requests,
    };
  }

  async information(signal?: AbortSignal) {
    await this.#reach(signal);
    const { version, database, nodeId, member, behaviour, toldBodyLimit } = this.#proxy;
    return {
      version,
      nodeId,
      hostname: member.host,
      routerFlavor: behaviour.routerFlavor ?? 'traditional_compatible',
      database,
      availablePlugins: [],
      ...(toldBodyLimit !== undefined && { bodyLimit: toldBodyLimit }),
    };
  }

  async checkEntity(type: string, entity: object, signal?: AbortSignal) {
    await this.#reach(signal);
    this.#proxy.checked.push(type);
    return this.#proxy.behaviour.checks?.(type, entity);
  }

  async sendConfiguration(payload: Payload, options: SendOptions): Promise<ConfigOutcome> {
    const proxy = this.#proxy;
    const startedAt = this.#clock.now();
    proxy.inFlight += 1;
    proxy.mostInFlight = Math.max(proxy.mostInFlight, proxy.inFlight);
    const broken = this.#broken();
    const outcome = this.#upload(payload, options)
      .then(() => {
        const { checkHash, flattenErrors } = options;
        proxy.pushed.push({ hash: payload.hash, checkHash, flattenErrors, at: startedAt });
        return proxy.apply(payload, options);
      })
      .finally(() => (proxy.inFlight -= 1));
    const answer = await Promise.race([outcome, broken]);
    if (answer === undefined) throw this.#error('ConnectionReset');
    return answer;
  }

  close(): Promise<void> {
    this.#line.abort();
    this.#onClose();
    return Promise.resolve();
  }

  async #upload(payload: Payload, options: SendOptions): Promise<void> {
    const { signal, maySend, onSent } = options;
    const line = this.#line.signal;
    const ended = signal ? AbortSignal.any([line, signal]) : line;
    const { behaviour, uploadMs, slices } = this.#proxy;
    await this.#reach(signal, behaviour.hangsForUploads);
    for (let slice = 1; slice <= slices; slice += 1) {
      if (line.aborted) throw this.#error('ConnectionRefused');
      if (signal?.aborted === true || maySend?.() === false) throw this.#error('AdminRequestAborted');
      if (slice === slices) break;
      if (behaviour.stalls) await sleep(this.#clock, STALL_MS, ended);
      else if (uploadMs > 0) await sleep(this.#clock, uploadMs / (slices - 1), ended);
      if (behaviour.stalls && !ended.aborted) throw this.#error('AdminUploadStalled');
    }
    onSent?.();
  }

  /** Resolves to undefined when the connection breaks. */
  #broken(): Promise<undefined> {
    return new Promise((resolve) => {
      this.#line.signal.addEventListener('abort', () => {
        resolve(undefined);
      });
    });
  }

  async #reach(signal: AbortSignal | undefined, hangs = false): Promise<void> {
    const line = this.#line.signal;
    const { behaviour } = this.#proxy;
    const isSilent = hangs || behaviour.hangs === true;
    if (isSilent) await sleep(this.#clock, SILENCE_MS, signal ? AbortSignal.any([line, signal]) : line);
    else await Promise.resolve();
    if (isSilent || behaviour.isDown || line.aborted) throw this.#error('ConnectionRefused');
    this.#proxy.requests += 1;
  }

  #error(code: Code): SilverbackError {
    return new SilverbackError(code, { message: 'there is no answer', where: this.address });
  }
}

/** A payload whose bytes are the given text. */
export function payloadOf(text: string): Payload {
  const bytes = Buffer.from(text);
  return {
    hash: createHash('md5').update(bytes).digest('hex'),
    byteLength: bytes.length,
    segments: [bytes],
    counts: { entities: 1, routes: 0 },
    ownerOf: () => undefined,
  };
}
