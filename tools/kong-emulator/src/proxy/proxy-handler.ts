import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { receiveBody } from '../admin/body.ts';
import { answerHtml } from '../admin/answers.ts';
import { answerBody, answerFromKong, newRequestId, type ProxyExchange } from './exchange.ts';
import { forward } from './forward.ts';
import type { KeepalivePool } from './keepalive-pool.ts';
import { normalisePath } from './path.ts';
import { runPlugins } from './plugins.ts';
import type { RoutedRequest } from './router.ts';
import { texts } from './router.ts';
import type { ProxyTable } from './table.ts';

export interface ProxyContext {
  /** The configuration that the proxy works with now. */
  readonly table: () => ProxyTable;
  /** The connections to services. */
  readonly pool: () => KeepalivePool;
  readonly version: string;
}

const BODY_LIMIT = 64 * 1024 * 1024;

/** Handles requests to the proxy ports. */
export function proxyHandler(context: ProxyContext, scheme: 'http' | 'https') {
  return (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response, context, scheme).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  context: ProxyContext,
  scheme: 'http' | 'https',
): Promise<void> {
  const base = { response, id: newRequestId(), version: context.version, startedAt: performance.now() };
  const url = new URL('http://localhost');
  const [rawPath = '/', query = ''] = splitOnce(request.url ?? '/', '?');
  url.search = query;
  const path = normalisePath(rawPath);
  if (path?.startsWith('/') !== true) {
    request.resume();
    answerHtml(response, 400);
    return;
  }
  const routed = routedRequest(request, path, scheme, url.searchParams);
  const table = context.table();
  const match = table.router.match(routed);
  if (match === undefined) {
    request.resume();
    answerFromKong(base, 404, 'no Route matched with those values');
    return;
  }
  const service = table.referred('services', match.route['service']);
  const exchange: ProxyExchange = {
    ...base,
    ...match,
    request,
    url: Object.assign(url, { pathname: rawPath }),
    routed,
    table,
    pool: context.pool(),
    service,
    headers: new Map(),
    method: routed.method,
    filters: [],
  };
  if (demandsHttps(exchange) || runPlugins(exchange)) {
    request.resume();
    return;
  }
  if (service === undefined || service['enabled'] === false) {
    request.resume();
    answerFromKong(exchange, 503, 'no Service found with those values');
    return;
  }
  const body = await receiveBody(request, BODY_LIMIT);
  if (body.type === 'too-large') answerFromKong(exchange, 413, 'Request Entity Too Large');
  else if (body.type === 'complete') await forward(exchange, service, body.bytes);
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at)];
}

/** Kong's routers see this many headers and query parameters, and no more. */
const VISIBLE = 100;

function routedRequest(
  request: IncomingMessage,
  path: string,
  scheme: 'http' | 'https',
  query: URLSearchParams,
): RoutedRequest {
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(request.headers.host ?? '') ?? [];
  const { socket } = request;
  const servername = scheme === 'https' ? (socket as TLSSocket).servername : undefined;
  return {
    method: request.method ?? 'GET',
    host: host.toLowerCase(),
    port: Number(port ?? (scheme === 'https' ? 443 : 80)),
    path,
    headers: visibleHeaders(request),
    scheme,
    ...(typeof servername === 'string' && { serverName: servername }),
    details: {
      host,
      port: Number(port ?? socket.localPort ?? 0),
      destination: socket.localAddress ?? '127.0.0.1',
      source: { address: socket.remoteAddress ?? '127.0.0.1', port: socket.remotePort ?? 0 },
      queries: grouped([...query].slice(0, VISIBLE)),
    },
  };
}

function visibleHeaders({ rawHeaders }: IncomingMessage): Record<string, string[]> {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length && pairs.length < VISIBLE; at += 2)
    pairs.push([(rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? '']);
  return Object.fromEntries(grouped(pairs));
}

function grouped(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = groups.get(name);
    if (values) values.push(value);
    else groups.set(name, [value]);
  }
  return groups;
}

/** Answers plain HTTP to a route that is only for HTTPS: 426, or a redirect if the route says so. */
function demandsHttps(exchange: ProxyExchange): boolean {
  const protocols = texts(exchange.route['protocols']);
  if (exchange.routed.scheme === 'https' || protocols.includes('http') || !protocols.includes('https'))
    return false;
  const status = Number(exchange.route['https_redirect_status_code'] ?? 426);
  if (status === 426) {
    answerFromKong(exchange, 426, 'Please use HTTPS protocol', {
      Connection: 'Upgrade',
      Upgrade: 'TLS/1.2, HTTP/1.1',
    });
  } else {
    const location = `https://${exchange.routed.host}${exchange.request.url ?? '/'}`;
    answerBody(exchange, status, '', { Location: location });
  }
  return true;
}
