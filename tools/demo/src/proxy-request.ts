import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** A request through a proxy, as a client of the shop would make it. */
export interface ShopRequest {
  readonly host: string;
  readonly path: string;
  readonly method?: string;
  /** PEM of the certificate to trust. With it the request goes over https, with the host as SNI. */
  readonly ca?: string;
}

/** What came back. */
export interface ShopAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Where a proxy listens. */
export interface ProxyAddress {
  readonly http: number;
  readonly https: number;
}

const TIMEOUT_MS = 3_000;

/**
 * Sends one request through a proxy on loopback, on a connection of its own.
 *
 * @throws Error when the proxy can't be reached, its certificate isn't the expected one, or it doesn't answer in time
 */
export function requestThrough(proxy: ProxyAddress, wanted: ShopRequest): Promise<ShopAnswer> {
  const options = {
    host: '127.0.0.1',
    path: wanted.path,
    method: wanted.method ?? 'GET',
    headers: { host: wanted.host },
    agent: false as const,
    timeout: TIMEOUT_MS,
  };
  return new Promise((resolve, reject) => {
    const request =
      wanted.ca === undefined
        ? httpRequest({ ...options, port: proxy.http })
        : httpsRequest({ ...options, port: proxy.https, servername: wanted.host, ca: wanted.ca });
    request.on('response', (response) => {
      collect(response).then(resolve, reject);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    request.on('error', reject);
    request.end();
  });
}

async function collect(response: IncomingMessage): Promise<ShopAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}
