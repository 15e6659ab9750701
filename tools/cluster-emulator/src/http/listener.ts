import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { KeyPair } from '@silverback/test-certificates';

/** Where a {@link Listener} listens, and how. */
export interface ListenerOptions {
  readonly host: string;
  /** 0: a free one, which stays the same when listening begins again. */
  readonly port: number;
  /** Left out: plain HTTP. */
  readonly tls: { readonly ca: string; readonly server: KeyPair } | undefined;
  readonly onRequest: RequestListener;
}

/** A port that can be closed and opened again. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  get url(): string {
    const scheme = this.#options.tls ? 'https' : 'http';
    return `${scheme}://${this.#options.host}:${this.#port}`;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Listens; rejects if the port is taken. */
  async open(): Promise<void> {
    if (this.#server) return;
    const server = this.#create();
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    const listening = Promise.withResolvers<undefined>();
    server.once('error', listening.reject);
    server.listen(this.#port, this.#options.host, () => {
      listening.resolve(undefined);
    });
    await listening.promise;
    server.off('error', listening.reject);
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Stops listening and cuts all connections. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = Promise.withResolvers<undefined>();
    server.close(() => {
      closed.resolve(undefined);
    });
    this.cut();
    await closed.promise;
  }

  /** Cuts all connections; new ones are accepted. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #create(): Server {
    const { tls, onRequest } = this.#options;
    // Watches last long; a client that is slow to ask again is not hurried either.
    const limits = { requestTimeout: 0, keepAliveTimeout: 90_000 };
    if (tls === undefined) return createPlainServer(limits, onRequest);
    // Who has no certificate may have a token: the request decides.
    return createTlsServer(
      {
        ...limits,
        ca: tls.ca,
        cert: tls.server.certificate,
        key: tls.server.key,
        requestCert: true,
        rejectUnauthorized: false,
      },
      onRequest,
    );
  }
}
