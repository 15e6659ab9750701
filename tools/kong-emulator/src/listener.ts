import type { Server } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A server on one address whose connections can be cut, and which can be opened again on the same port. */
export class Listener {
  readonly #make: () => Server;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;
  /** The last of the openings and closings, which wait for each other. */
  #turn: Promise<void> = Promise.resolve();

  /**
   * @param make makes a server that isn't listening yet
   * @param port 0: a free one, which is kept from the first `open` on
   */
  constructor(make: () => Server, host: string, port: number) {
    this.#make = make;
    this.#host = host;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Listens; rejects if the port is taken. */
  open(): Promise<void> {
    return this.#next(() => this.#open());
  }

  /** Stops listening and cuts all connections. */
  close(): Promise<void> {
    return this.#next(() => this.#close());
  }

  #next(action: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(action);
    // A failed opening is told to its caller; the next action starts all the same.
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #open(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = this.#make();
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      // A connection that breaks is the client's business; without a listener it would end the process.
      socket.on('error', () => socket.destroy());
    });
    const listening = Promise.withResolvers<undefined>();
    server.once('error', listening.reject);
    server.listen(this.#port, this.#host, () => {
      listening.resolve(undefined);
    });
    await listening.promise;
    server.off('error', listening.reject);
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = Promise.withResolvers<undefined>();
    server.close(() => {
      closed.resolve(undefined);
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed.promise;
  }
}
