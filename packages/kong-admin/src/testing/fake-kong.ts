import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SystemClock, type Clock } from '@silverback/clock';
import type { Payload } from '@silverback/kong-configuration';
import { AdminClient, type AdminClientOptions } from '../index.ts';

const stops: (() => Promise<void>)[] = [];

/** Ends every server and client of a test. */
export async function stopAll(): Promise<void> {
  await Promise.all(stops.splice(0).map((stop) => stop()));
}

/** Listens on a free port of the loopback address until {@link stopAll}. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** An Admin API that answers as the test says, over plain http. */
export function serve(listener: RequestListener): Promise<number> {
  return listen(createHttpServer(listener));
}

/** The same over TLS. */
export function serveTls(options: ServerOptions, listener: RequestListener): Promise<number> {
  return listen(createHttpsServer(options, listener));
}

/** A client of the server at `port` until {@link stopAll}; plain http and the machine's clock unless told otherwise. */
export function connect(port: number, options: Partial<AdminClientOptions> = {}): AdminClient {
  const clock: Clock = new SystemClock();
  const client = new AdminClient({ protocol: 'http', host: '127.0.0.1', port, clock, ...options });
  stops.push(() => client.close());
  return client;
}

/** A payload of these pieces. */
export function payloadOf(segments: readonly Uint8Array[]): Payload {
  return {
    hash: 'not needed here',
    byteLength: segments.reduce((length, segment) => length + segment.byteLength, 0),
    segments,
    counts: { entities: 0, routes: 0 },
    ownerOf: () => undefined,
  };
}

/** A payload of `count` pieces of 64 KiB. */
export function largePayload(count: number): Payload {
  const segment = Buffer.alloc(64 * 1024, 'x');
  return payloadOf(Array.from({ length: count }, () => segment));
}

const LONGEST_WAIT_MS = 20_000;

/** Lets everything run until the condition holds; fails if it never does. */
export async function until(condition: () => boolean): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > LONGEST_WAIT_MS) throw new Error('what was waited for did not come');
    await nextTurn();
  }
}
