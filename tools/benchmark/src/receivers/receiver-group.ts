import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { EMPTY_HASH, Receiver } from './receiver.ts';
import type { ReceiverReply, ReceiverRequest, ServerTls } from './protocol.ts';

type StartRequest = Extract<ReceiverRequest, { type: 'start' }>;

/**
 * The receivers of one process: a port each, and one server for TLS (client certificates required) and HTTP behind all
 * of them, because a thousand servers would cost memory and say nothing more.
 */
export class ReceiverGroup {
  readonly #receivers = new Map<number, Receiver>();
  readonly #server;
  #tokens: ReadonlySet<string> | undefined;
  /** Looks whether all hold what is waited for. */
  #look = (): void => undefined;

  constructor(tls: ServerTls) {
    this.#server = createServer(
      {
        ...contextOf(tls),
        requestCert: true,
        rejectUnauthorized: true,
        keepAliveTimeout: 75_000,
        requestTimeout: 0,
      },
      (request, response) => {
        this.#answer(request, response);
      },
    );
  }

  /** Opens the ports, and returns them. */
  async start({ count, answerFactor, marker }: StartRequest): Promise<readonly number[]> {
    for (let started = 0; started < count; started += 1) {
      const receiver = new Receiver({
        serve: (socket) => this.#server.emit('connection', socket),
        answerFactor,
        ...(marker && { marker }),
        onApplied: () => {
          this.#look();
        },
      });
      await receiver.listen();
      this.#receivers.set(receiver.port, receiver);
    }
    return [...this.#receivers.keys()];
  }

  /** Does what is asked of receivers that have been started. */
  async handle(request: Exclude<ReceiverRequest, StartRequest>): Promise<ReceiverReply> {
    switch (request.type) {
      case 'behave':
        for (const port of request.ports) await this.#at(port).behave(request.behaviour);
        return { type: 'behave' };
      case 'restart':
        for (const port of request.ports) this.#at(port).restart();
        return { type: 'restart' };
      case 'secure':
        this.#server.setSecureContext(contextOf(request.tls));
        return { type: 'secure' };
      case 'tokens':
        this.#tokens = new Set(request.tokens);
        return { type: 'tokens' };
      case 'hold':
        return this.#hold(request.other);
      case 'report':
        return { type: 'report', receivers: [...this.#receivers.values()].map(({ report }) => report) };
    }
  }

  #hold(other: string): Promise<ReceiverReply> {
    return new Promise((resolve) => {
      this.#look = () => {
        const hashes = new Set([...this.#receivers.values()].map(({ report }) => report.hash));
        const [hash = ''] = hashes;
        if (hashes.size !== 1 || hash === other || hash === EMPTY_HASH) return;
        this.#look = () => undefined;
        resolve({ type: 'hold', hash, atMs: Date.now() });
      };
      this.#look();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const token = request.headers['kong-admin-token'];
    if (this.#tokens !== undefined && !this.#tokens.has(String(token))) {
      request.resume();
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Unauthorized"}');
      return;
    }
    // A connection that breaks while its answer is made is the client's affair.
    this.#at(request.socket.localPort ?? 0)
      .answer(request, response)
      .catch(() => response.destroy());
  }

  #at(port: number): Receiver {
    const receiver = this.#receivers.get(port);
    if (receiver === undefined) throw new Error(`no receiver has the port ${port}`);
    return receiver;
  }
}

function contextOf({ certificate, key, clientCa }: ServerTls): { cert: string; key: string; ca: string } {
  return { cert: certificate, key, ca: clientCa };
}
