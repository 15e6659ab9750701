import type { Duplex } from 'node:stream';
import { isSilverbackError, SilverbackError } from '@silverback/errors';
import { assertTokenAllowed, createConnector, type AdminAccess } from '@silverback/transport-security';
import { Client } from 'undici';

/** Where and how one proxy is reached. */
export interface Endpoint {
  readonly protocol: 'https' | 'http';
  readonly host: string;
  readonly port: number;
  /** Asked before each request. */
  readonly access: () => AdminAccess;
  readonly serverName?: string;
  readonly connectMs: number;
  /** Told when the other side, or the network, has ended a connection for queries. */
  readonly onQueriesBroken: () => void;
}

/** undici's codes for a connection that this side has ended: destroyed, closed, idle for too long, told to close. */
const endedHere = /^UND_ERR_(?:DESTROYED|CLOSED|INFO|ABORTED)$/;

/** A client of one connection, and whether this connection stands. A pool for it would cost 27 kB more. */
export interface Connection {
  readonly client: Client;
  readonly isConnected: () => boolean;
  /** How many connections there have been: a number of its own for each. */
  readonly count: () => number;
}

/** The connections of one generation of the access. */
export interface Generation {
  readonly number: number;
  /** Of every request; secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** For `POST /config` only. */
  readonly uploads: Connection;
  readonly queries: Connection;
}

/** The host as it stands in a URL: IPv6 in brackets. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * The connections to one proxy. A new generation of the access gets connections of its own; requests that are under way
 * finish on the old ones, which end when they are idle.
 */
export class Connections {
  readonly #endpoint: Endpoint;
  readonly #old = new Set<Generation>();
  #current: Generation;

  /** Opens nothing yet: the first request connects. Throws as {@link current} does. */
  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.#current = makeGeneration(endpoint, endpoint.access());
  }

  /**
   * The connections for a new request.
   *
   * @throws SilverbackError `TlsIdentityMissing` for https without an identity, `TlsServerNameUnknown` for https without
   * a name to verify, `TokenOverPlainHttp` for secret headers over plain http to another machine
   */
  current(): Generation {
    const access = this.#endpoint.access();
    if (access.generation !== this.#current.number) {
      const old = this.#current;
      this.#current = makeGeneration(this.#endpoint, access);
      this.#old.add(old);
      void Promise.all([old.uploads.client.close(), old.queries.client.close()]).then(() =>
        this.#old.delete(old),
      );
    }
    return this.#current;
  }

  /** Whether a newer generation than this one is current by now. */
  isOutdated(generation: Generation): boolean {
    return this.#endpoint.access().generation !== generation.number;
  }

  /** Names the connections of the newest access that stand; undefined unless both do. */
  standing(): string | undefined {
    const { number, uploads, queries } = this.#current;
    if (this.isOutdated(this.#current) || !uploads.isConnected() || !queries.isConnected()) return undefined;
    return `${number}/${uploads.count()}/${queries.count()}`;
  }

  /** Ends every connection at once; requests fail with `reason`. */
  async destroy(reason: Error): Promise<void> {
    await Promise.all(
      [this.#current, ...this.#old].flatMap(({ uploads, queries }) => [
        uploads.client.destroy(reason),
        queries.client.destroy(reason),
      ]),
    );
  }
}

function makeGeneration(endpoint: Endpoint, access: AdminAccess): Generation {
  const { protocol, host, port } = endpoint;
  if (protocol === 'https' && access.identity === undefined) {
    throw new SilverbackError('TlsIdentityMissing', {
      message: 'https needs a CA to verify the proxy with',
      where: `${urlHost(host)}:${port}`,
    });
  }
  if (Object.keys(access.headers).length > 0) assertTokenAllowed(protocol, host);
  const queries = makeConnection(endpoint, access);
  queries.client.on('disconnect', (_origin, _targets, error) => {
    if (!isEndedHere(error)) endpoint.onQueriesBroken();
  });
  return {
    number: access.generation,
    headers: access.headers,
    uploads: makeConnection(endpoint, access),
    queries,
  };
}

function isEndedHere(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  return isSilverbackError(error) || (typeof code === 'string' && endedHere.test(code));
}

/**
 * One request at a time, HTTP/1.1 only, no redirects. undici's own timeouts are off, because `headersTimeout` counts the
 * time of the upload too; requests bring their own bounds.
 */
function makeConnection(endpoint: Endpoint, { identity }: AdminAccess): Connection {
  const { protocol, host, port, serverName, connectMs } = endpoint;
  let socket: Duplex | undefined;
  let count = 0;
  const dial = createConnector({
    identity: protocol === 'https' ? identity : undefined,
    host,
    port,
    timeoutMs: connectMs,
    ...(serverName === undefined ? {} : { serverName }),
  });
  const client = new Client(`${protocol}://${urlHost(host)}:${port}`, {
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (request, callback) => {
      dial(request, (...result) => {
        socket = result[1] ?? undefined;
        count += 1;
        callback(...result);
      });
    },
  });
  return { client, isConnected: () => socket?.destroyed === false, count: () => count };
}
