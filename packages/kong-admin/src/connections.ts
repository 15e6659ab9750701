import type { Duplex } from 'node:stream';
import { createConnector, type TlsIdentity } from '@silverback/transport-security';
import { Pool } from 'undici';

/** Where and how one proxy is reached. */
export interface Endpoint {
  readonly protocol: 'https' | 'http';
  readonly host: string;
  readonly port: number;
  readonly identity: TlsIdentity | undefined;
  readonly serverName?: string;
  readonly connectMs: number;
}

/** A pool of one connection, and whether this connection stands. */
export interface Connection {
  readonly pool: Pool;
  readonly isConnected: () => boolean;
}

/** The host as it stands in a URL: IPv6 in brackets. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Opens nothing yet: the first request connects. One request at a time, HTTP/1.1 only, no redirects. undici's own
 * timeouts are off, because `headersTimeout` counts the time of the upload too; requests bring their own bounds.
 */
export function makeConnection(endpoint: Endpoint): Connection {
  let socket: Duplex | undefined;
  const dial = createConnector({
    identity: endpoint.identity,
    host: endpoint.host,
    port: endpoint.port,
    timeoutMs: endpoint.connectMs,
    ...(endpoint.serverName === undefined ? {} : { serverName: endpoint.serverName }),
  });
  const pool = new Pool(`${endpoint.protocol}://${urlHost(endpoint.host)}:${endpoint.port}`, {
    allowH2: false,
    connections: 1,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (request, callback) => {
      dial(request, (...result) => {
        socket = result[1] ?? undefined;
        callback(...result);
      });
    },
  });
  return { pool, isConnected: () => socket?.destroyed === false };
}
