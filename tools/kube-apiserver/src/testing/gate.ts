import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut for one client while others still reach it. */
export class Gate {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.#pass(socket);
  });
  readonly #port: number;
  #isOpen = true;

  private constructor(port: number) {
    this.#port = port;
  }

  /** @param url - of the server, on loopback */
  static async before(url: string): Promise<Gate> {
    const gate = new Gate(Number(new URL(url).port));
    await once(gate.#server.listen(0, '127.0.0.1'), 'listening');
    return gate;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Breaks all connections, and lets none in. */
  shut(): void {
    this.#isOpen = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.shut();
    await once(this.#server.close(), 'close');
  }

  #pass(client: Socket): void {
    client.on('error', () => client.destroy());
    if (!this.#isOpen) {
      client.destroy();
      return;
    }
    const server = connect(this.#port, '127.0.0.1');
    server.on('error', () => client.destroy());
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.pipe(server).pipe(client);
  }
}
