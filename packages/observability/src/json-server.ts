import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Code, SilverbackError } from '@silverback/errors';

/** What a page answers. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A page by its path: what it answers to GET. */
export type Pages = Readonly<Record<string, (query: URLSearchParams) => Answer | Promise<Answer>>>;

/** What a {@link startJsonServer} needs. */
export interface JsonServerOptions {
  /** An IP address or a host name; IPv6 without brackets. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly pages: Pages;
  /** The code of the error when it cannot listen. */
  readonly unavailable: Code;
  /** Told of what goes wrong while a request is answered. */
  readonly onError: (error: unknown) => void;
}

/** A running server. */
export interface RunningServer {
  /** Where it listens, with the port that was chosen. */
  readonly host: string;
  readonly port: number;
  /** Ends the server and all its connections. */
  close(): Promise<void>;
}

/**
 * Serves pages that can only be read.
 *
 * @throws SilverbackError with the code `unavailable` when it cannot listen
 */
export async function startJsonServer(options: JsonServerOptions): Promise<RunningServer> {
  const server = createServer((request, response) => {
    // Nothing here takes a body; what is sent is read and dropped.
    request.resume();
    answer(request.method ?? 'GET', request.url ?? '/', options.pages).then(
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

/** An answer in JSON. */
export function json(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n` };
}

function listen(server: Server, { host, port, unavailable }: JsonServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      const message = `cannot listen: ${cause.code ?? 'unknown reason'}`;
      reject(new SilverbackError(unavailable, { where, message, cause }));
    });
    server.listen({ host, port }, resolve);
  });
}

async function answer(method: string, target: string, pages: Pages): Promise<Answer> {
  const [path = '/', query = ''] = target.split('?', 2);
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (!page) return json(404, { error: 'not found', paths: Object.keys(pages) });
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'method not allowed' });
  return await page(new URLSearchParams(query));
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
