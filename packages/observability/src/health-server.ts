import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SilverbackError } from '@silverback/errors';

/** What the health server shows. */
export interface HealthServerOptions {
  /** An IP address or a host name; IPv6 without brackets. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** What is missing before the controller is ready, in words; empty when it is. */
  readonly missing: () => readonly string[];
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
  /** The body of `/fleets`: must hold no secrets, because whoever reaches the port can read it. */
  readonly fleets: () => unknown;
  /** The body of `/events`: what happened after the event with this id, for each fleet. No secrets either. */
  readonly events: (after: number) => unknown;
  /** Told of what goes wrong while a request is answered. */
  readonly onError: (error: unknown) => void;
}

/** A running health server. */
export interface HealthServer {
  /** Where it listens, with the port that was chosen. */
  readonly host: string;
  readonly port: number;
  /** Ends the server and all its connections. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * Serves `/healthz`, `/readyz`, `/metrics`, `/fleets` and `/events?after=ID`.
 *
 * @throws SilverbackError `HealthAddressUnavailable` when it cannot listen
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    // Nothing here takes a body; what is sent is read and dropped.
    request.resume();
    answer(request.method ?? 'GET', request.url ?? '/', options).then(
      (found) => {
        send(response, found, request.method === 'HEAD');
      },
      (error: unknown) => {
        options.onError(error);
        send(response, json(500, { error: 'internal error' }), false);
      },
    );
  });
  await listen(server, options);
  const { address, port } = server.address() as AddressInfo;
  return {
    host: address,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: HealthServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      const message = `cannot listen: ${cause.code ?? 'unknown reason'}`;
      reject(new SilverbackError('HealthAddressUnavailable', { where, message, cause }));
    });
    server.listen({ host, port }, resolve);
  });
}

async function answer(method: string, target: string, options: HealthServerOptions): Promise<Answer> {
  const [path = '/', query = ''] = target.split('?', 2);
  const routes: Readonly<Record<string, () => Answer | Promise<Answer>>> = {
    '/healthz': () => json(200, { status: 'ok' }),
    '/readyz': () => {
      const missing = options.missing();
      return json(missing.length === 0 ? 200 : 503, { ready: missing.length === 0, missing });
    },
    '/metrics': async () => ({
      status: 200,
      contentType: options.metrics.contentType,
      body: await options.metrics.render(),
    }),
    '/fleets': () => json(200, options.fleets()),
    '/events': () => {
      const after = new URLSearchParams(query).get('after') ?? '0';
      if (!/^\d{1,15}$/.test(after))
        return json(400, { error: 'after must be the id of an event: a whole number' });
      return json(200, options.events(Number(after)));
    },
  };
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!route) return json(404, { error: 'not found', paths: Object.keys(routes) });
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'method not allowed' });
  return await route();
}

function json(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n` };
}

function send(response: ServerResponse, { status, contentType, body }: Answer, withoutBody: boolean): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(withoutBody ? undefined : body);
}
