import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MarkerFinder } from './marker-finder.ts';
import type { Behaviour, MarkedConfiguration, Marker, ReceiverReport } from './protocol.ts';

/** What a proxy without a configuration reports. */
export const EMPTY_HASH = '0'.repeat(32);
/** How a receiver is made. */
export interface ReceiverOptions {
  /** Takes over a new connection. */
  readonly serve: (socket: Socket) => void;
  /** Length of a 201's body as a multiple of the request's. */
  readonly answerFactor: number;
  /** What to look for in configurations, if anything. */
  readonly marker?: Marker;
  /** Called after a configuration was applied. */
  readonly onApplied: () => void;
}

const FILLER = Buffer.alloc(64 * 1024, ' ');

/**
 * The Admin API of one proxy as a fan-out sees it: it hashes what it gets, applies one configuration after another, and
 * reports the hash of the last. It has a port of its own; TLS and HTTP are those of a server that it shares with others.
 */
export class Receiver {
  #behaviour: Behaviour = { manners: 'good', applyMs: 0 };
  #hash = EMPTY_HASH;
  #workerPid: number;
  #generation = 0;
  #pushes = 0;
  #port = 0;
  #applying = Promise.resolve();
  readonly #options: ReceiverOptions;
  readonly #marked: MarkedConfiguration[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #listener;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#workerPid = Math.floor(Math.random() * 1e6) + 1;
    this.#listener = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      options.serve(socket);
    });
  }

  get port(): number {
    return this.#port;
  }

  get report(): ReceiverReport {
    return { port: this.#port, pushes: this.#pushes, hash: this.#hash, marked: this.#marked };
  }

  /** Opens the port: any free one the first time, the same again after that. */
  async listen(): Promise<void> {
    this.#listener.listen(this.#port, '127.0.0.1');
    await once(this.#listener, 'listening');
    this.#port = (this.#listener.address() as AddressInfo).port;
  }

  async behave(behaviour: Behaviour): Promise<void> {
    this.#behaviour = behaviour;
    if (behaviour.manners === 'down') {
      this.#listener.close();
      this.#disconnect();
    } else if (!this.#listener.listening) {
      await this.listen();
    }
  }

  /** A new process without a configuration. */
  restart(): void {
    this.#generation += 1;
    this.#workerPid += 1;
    this.#hash = EMPTY_HASH;
    this.#disconnect();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST') {
      await this.#take(request, response);
    } else if (request.url === '/status') {
      answerJson(response, 200, {
        configuration_hash: this.#hash,
        memory: { workers_lua_vms: [{ pid: this.#workerPid }] },
      });
    } else {
      answerJson(response, 200, {
        version: '3.9.3',
        node_id: `00000000-0000-4000-8000-${String(this.#port).padStart(12, '0')}`,
        hostname: 'receiver',
        configuration: { router_flavor: 'traditional_compatible', database: 'off' },
        plugins: { available_on_server: {} },
      });
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#behaviour.manners === 'hangs') return;
    const digest = createHash('md5');
    const { marker, answerFactor } = this.#options;
    const finder = marker && new MarkerFinder(marker);
    let bytes = 0;
    for await (const piece of request as AsyncIterable<Buffer>) {
      digest.update(piece);
      finder?.add(piece);
      bytes += piece.length;
    }
    const hash = digest.digest('hex');
    this.#pushes += 1;
    if (this.#behaviour.manners === 'refuses') {
      answerJson(response, 400, REFUSAL);
    } else if (hash === this.#hash && request.url?.includes('check_hash=1') === true) {
      response.writeHead(304).end();
    } else if (await this.#apply(hash, finder?.number)) {
      await answerAccepted(response, bytes * answerFactor);
    }
  }

  /** Returns whether the process lived long enough. */
  #apply(hash: string, marked: number | undefined): Promise<boolean> {
    const generation = this.#generation;
    const { applyMs } = this.#behaviour;
    const applied = this.#applying.then(async () => {
      if (applyMs > 0) await sleep(applyMs);
      if (generation !== this.#generation) return false;
      this.#hash = hash;
      if (marked !== undefined) this.#marked.push({ number: marked, atMs: Date.now() });
      this.#options.onApplied();
      return true;
    });
    this.#applying = applied.then(() => undefined);
    return applied;
  }

  #disconnect(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

const REFUSAL = {
  code: 14,
  name: 'invalid declarative configuration',
  message: 'declarative config is invalid: {}',
  fields: {},
  flattened_errors: [
    {
      entity_type: 'plugin',
      entity_id: '00000000-0000-5000-8000-000000000000',
      errors: [{ type: 'field', field: 'name', message: 'plugin is not installed here' }],
    },
  ],
};

function answerJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

async function answerAccepted(response: ServerResponse, bytes: number): Promise<void> {
  const length = Math.max(2, Math.round(bytes));
  response.writeHead(201, { 'content-type': 'application/json; charset=utf-8', 'content-length': length });
  await pipeline(answerPieces(length), response);
}

function* answerPieces(length: number): Generator<Uint8Array> {
  for (let sent = 0; sent < length; sent += FILLER.length) yield FILLER.subarray(0, length - sent);
}
