import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { SystemClock } from '@silverback/clock';
import { isSilverbackError } from '@silverback/errors';
import { AdminClient, type AdminClientOptions } from '@silverback/kong-admin';
import { createTestPki, type KeyPair } from '@silverback/test-certificates';
import { createIdentity, type AdminAccess, type IdentityOptions } from '@silverback/transport-security';

export const SERVER_NAME = 'kong-admin.kong.svc';
/** What must never leave: in the headers of every request to a hostile proxy. */
export const TOKEN = 'S3cr3tAdminToken';

/** A fleet's own certificates; `otherCa` is a stranger's. */
export const pki = await createTestPki({ serverNames: [SERVER_NAME] });

const stops: (() => Promise<void>)[] = [];

/** Ends every server and client of a test. */
export async function stopAll(): Promise<void> {
  await Promise.all(stops.splice(0).map((stop) => stop()));
}

/** A server that the test writes; everything that came to it is kept. */
export interface HostileProxy {
  readonly port: number;
  /** Method, path and token of each request, and the connections that were made. */
  readonly requests: string[];
  readonly connections: () => number;
}

/** A proxy that presents this certificate, and answers as the listener does. */
export function startTls(
  { certificate, key }: KeyPair,
  listener: RequestListener = okay,
  options: ServerOptions = {},
): Promise<HostileProxy> {
  const requests: string[] = [];
  const server = createHttpsServer({ cert: certificate, key, ...options }, note(requests, listener));
  return start(server, requests);
}

/** The same without TLS. */
export function startPlain(listener: RequestListener = okay): Promise<HostileProxy> {
  const requests: string[] = [];
  return start(createHttpServer(note(requests, listener)), requests);
}

function note(requests: string[], listener: RequestListener): RequestListener {
  return (request, response) => {
    const token = String(request.headers['kong-admin-token']);
    requests.push(`${request.method ?? ''} ${request.url ?? ''} ${token}`);
    listener(request, response);
  };
}

const okay: RequestListener = (request, response) => {
  request.resume();
  response.end(JSON.stringify({ configuration_hash: '0'.repeat(32) }));
};

async function start(server: Server, requests: string[]): Promise<HostileProxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, requests, connections: () => sockets.size };
}

/** A client as the controller makes it: mutual TLS with the fleet's certificates, its server name, and a token. */
export function connect(
  port: number,
  options: Partial<AdminClientOptions> = {},
  identityOptions: Partial<IdentityOptions> = { serverName: SERVER_NAME },
): AdminClient {
  const identity = createIdentity(
    { ca: pki.ca.certificate, ...pki.client },
    { generation: 1, now: new Date(), ...identityOptions },
  );
  const access: AdminAccess = { generation: 1, identity, headers: { 'kong-admin-token': TOKEN } };
  const client = new AdminClient({
    protocol: 'https',
    host: '127.0.0.1',
    port,
    clock: new SystemClock(),
    access: () => access,
    ...options,
  });
  stops.push(() => client.close());
  return client;
}

/** The code with which an attempt ends; `accepted` if it does not fail. */
export async function codeOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return 'accepted';
  } catch (error) {
    if (isSilverbackError(error)) return error.code;
    throw error;
  }
}
