import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestPki, type TestPki } from '@silverback/test-certificates';
import { nextMessage, startChild, stopChild } from '../child.ts';
import type {
  Behaviour,
  Marker,
  ReceiverReply,
  ReceiverReport,
  ReceiverRequest,
  ServerTls,
} from './protocol.ts';

/** The name that all receivers' certificates carry. */
export const SERVER_NAME = 'kong-admin.benchmark.test';

const MOST_PROCESSES = 8;
/** How long to wait until processes that hold different configurations are asked again, in ms. */
const HOLD_PAUSE_MS = 20;

export interface FarmOptions {
  readonly count: number;
  /** Length of a 201's body as a multiple of the request's; 0 unless given. */
  readonly answerFactor?: number;
  /** What to look for in configurations, if anything. */
  readonly marker?: Marker;
}

/** All receivers hold the same. */
export interface Held {
  readonly hash: string;
  /** When the last of them had it, in ms since the epoch. */
  readonly atMs: number;
}

/** Receivers in processes of their own: as many processes as the machine has cores, but for one. */
export class ReceiverFarm {
  readonly pki: TestPki;
  readonly ports: readonly number[];
  readonly #children: readonly ChildProcess[];
  readonly #childOf: ReadonlyMap<number, ChildProcess>;

  private constructor(pki: TestPki, portsOf: ReadonlyMap<ChildProcess, readonly number[]>) {
    this.pki = pki;
    this.#children = [...portsOf.keys()];
    this.ports = [...portsOf.values()].flat();
    this.#childOf = new Map(
      [...portsOf].flatMap(([child, ports]) => ports.map((port) => [port, child] as const)),
    );
  }

  static async start({ count, answerFactor = 0, marker }: FarmOptions): Promise<ReceiverFarm> {
    const pki = await createTestPki({ serverNames: [SERVER_NAME] });
    const processes = Math.min(count, MOST_PROCESSES, Math.max(1, availableParallelism() - 1));
    const portsOf = new Map<ChildProcess, readonly number[]>();
    for (let index = 0; index < processes; index += 1) {
      const child = startChild(new URL('./receiver-main.js', import.meta.url));
      const share = Math.floor((count + index) / processes);
      const tls = serverTls(pki);
      const reply = await ask(child, {
        type: 'start',
        count: share,
        tls,
        answerFactor,
        ...(marker && { marker }),
      });
      if (reply.type === 'start') portsOf.set(child, reply.ports);
    }
    return new ReceiverFarm(pki, portsOf);
  }

  /** Sets how receivers behave from now on; all of them unless ports are given. */
  async behave(behaviour: Behaviour, ports: readonly number[] = this.ports): Promise<void> {
    await this.#askOwners(ports, (own) => ({ type: 'behave', ports: own, behaviour }));
  }

  /** Replaces the processes behind these ports by empty ones. */
  async restart(ports: readonly number[]): Promise<void> {
    await this.#askOwners(ports, (own) => ({ type: 'restart', ports: own }));
  }

  async secure(tls: ServerTls): Promise<void> {
    await this.#askAll({ type: 'secure', tls });
  }

  async acceptTokens(tokens: readonly string[]): Promise<void> {
    await this.#askAll({ type: 'tokens', tokens });
  }

  /**
   * Waits until all receivers hold one and the same configuration. Nothing else may be asked meanwhile.
   *
   * @param other - the hash of one that does not count
   */
  async hold(other = ''): Promise<Held> {
    for (;;) {
      const replies = await this.#askAll({ type: 'hold', other });
      const held = replies.filter((reply) => reply.type === 'hold');
      const [first] = held;
      if (first !== undefined && held.every(({ hash }) => hash === first.hash))
        return { hash: first.hash, atMs: Math.max(...held.map(({ atMs }) => atMs)) };
      await sleep(HOLD_PAUSE_MS);
    }
  }

  async report(): Promise<readonly ReceiverReport[]> {
    const replies = await this.#askAll({ type: 'report' });
    return replies.flatMap((reply) => (reply.type === 'report' ? reply.receivers : []));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map(stopChild));
  }

  async #askOwners(
    ports: readonly number[],
    request: (own: readonly number[]) => ReceiverRequest,
  ): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        const own = ports.filter((port) => this.#childOf.get(port) === child);
        if (own.length > 0) await ask(child, request(own));
      }),
    );
  }

  #askAll(request: ReceiverRequest): Promise<ReceiverReply[]> {
    return Promise.all(this.#children.map((child) => ask(child, request)));
  }
}

/** One question at a time for each child: nobody asks before the last answer has come. */
async function ask(child: ChildProcess, request: ReceiverRequest): Promise<ReceiverReply> {
  const reply = nextMessage(child) as Promise<ReceiverReply>;
  child.send(request);
  return reply;
}

function serverTls(pki: TestPki): ServerTls {
  return { certificate: pki.server.certificate, key: pki.server.key, clientCa: pki.ca.certificate };
}
