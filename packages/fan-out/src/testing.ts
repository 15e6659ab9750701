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
  /** Refuses connections. */
  isDown?: boolean;
  /** Refuses every configuration, or those with these hashes. */
  refuses?: 'everything' | ReadonlySet<string>;
  refusals?: readonly EntityRefusal[];
  /** Refuses whatever contains this text, naming no entity. */
  refusesText?: string;
  /** Looks at a configuration as text, and names what it refuses of it. */
  judge?: (text: string) => readonly EntityRefusal[];
  /** Answers the next pushes with these, then behaves. */
  nextOutcomes?: ConfigOutcome[];
  /** Answers the next push with this error. */
  nextError?: Code | undefined;
  /** The connection breaks after the last byte; the configuration is applied all the same. */
  losesAnswers?: boolean;
  /** Reports this hash whatever it holds. */
  reportsHash?: string;
  routerFlavor?: string;
}

export const EMPTY = '0'.repeat(32);

/** A DB-less Kong as far as a session can see it, on a virtual clock: the last commit wins, a sent POST is always applied. */
export class SimulatedProxy {
  readonly member: ProxyMember;
  readonly pushed: { hash: string; checkHash: boolean; flattenErrors: boolean; at: number }[] = [];
  readonly behaviour: Misbehaviour = {};
  /** Every configuration that it accepted, as text. */
  readonly texts: string[] = [];
  /** How long applying takes, in ms. */
  applyMs = 10;
  hash = EMPTY;
  pids: number[] = [11, 12];
  inFlight = 0;
  mostInFlight = 0;
  statusReads = 0;
  closed = 0;
  readonly #clock: Clock;
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

  /** A new process: other workers, requests under way are lost. */
  restart(keepConfiguration: boolean): void {
    this.#generation += 1;
    this.pids = this.pids.map((pid) => pid + 100);
    if (!keepConfiguration) this.hash = EMPTY;
  }

  connect = (): AdminApi => ({
    address: this.member.name,
    status: async (signal) => {
      this.statusReads += 1;
      await this.#reach(signal);
      return { configurationHash: this.behaviour.reportsHash ?? this.hash, workerPids: this.pids };
    },
    information: async (signal) => {
      await this.#reach(signal);
      return {
        version: '3.9.3',
        nodeId: 'node',
        hostname: this.member.host,
        routerFlavor: this.behaviour.routerFlavor ?? 'traditional_compatible',
        database: 'off',
        availablePlugins: [],
      };
    },
    sendConfiguration: (payload, options) => this.#apply(payload, options),
    close: () => {
      this.closed += 1;
      return Promise.resolve();
    },
  });

  async #reach(signal: AbortSignal | undefined): Promise<void> {
    if (this.behaviour.hangs) await sleep(this.#clock, 5_000, signal);
    else await Promise.resolve();
    if (this.behaviour.isDown || this.behaviour.hangs) throw this.#connectionError();
  }

  async #apply(payload: Payload, options: SendOptions): Promise<ConfigOutcome> {
    const startedAt = this.#clock.now();
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      await this.#reach(options.signal);
      options.onSent?.();
      const { checkHash, flattenErrors } = options;
      this.pushed.push({ hash: payload.hash, checkHash, flattenErrors, at: startedAt });
      const { nextError } = this.behaviour;
      this.behaviour.nextError = undefined;
      if (nextError)
        throw new SilverbackError(nextError, { message: 'an error page', where: this.member.name });
      const scripted = this.behaviour.nextOutcomes?.shift();
      if (scripted) return scripted;
      if (checkHash && this.hash === payload.hash) return { type: 'unchanged', durationMs: 0 };
      const generation = this.#generation;
      await sleep(this.#clock, this.applyMs);
      if (generation !== this.#generation) throw this.#connectionError();
      const text = Buffer.concat(payload.segments).toString();
      const refusals = this.behaviour.judge?.(text) ?? this.behaviour.refusals ?? [];
      if (this.#refuses(payload.hash, text)) {
        return {
          type: 'refused',
          refusals: flattenErrors ? refusals : [],
          message: 'declarative config is invalid',
        };
      }
      this.hash = payload.hash;
      this.texts.push(text);
      if (this.behaviour.losesAnswers) throw this.#connectionError();
      return { type: 'accepted', durationMs: this.#clock.now() - startedAt };
    } finally {
      this.inFlight -= 1;
    }
  }

  #refuses(hash: string, text: string): boolean {
    const { refuses, refusesText, judge } = this.behaviour;
    if (refusesText !== undefined && text.includes(refusesText)) return true;
    if (judge && judge(text).length > 0) return true;
    return refuses === 'everything' || (refuses?.has(hash) ?? false);
  }

  #connectionError(): SilverbackError {
    return new SilverbackError('ConnectionRefused', {
      message: 'connection refused',
      where: this.member.name,
    });
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
