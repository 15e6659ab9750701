import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { type JsonRecord, textOf } from '../json.ts';
import type { Peer } from './balancer.ts';
import { answerFromKong, filtered, type ProxyExchange } from './exchange.ts';
import { hashInput } from './hashing.ts';
import { encodePath } from './path.ts';
import { connectionKey, tlsOptions } from './upstream-tls.ts';
import { upstreamPath } from './upstream-path.ts';

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const UNREACHABLE = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'ETIMEDOUT'];

class UpstreamTimeout extends Error {}

/** Sends the request to the route's service and passes its answer on. */
export async function forward(exchange: ProxyExchange, service: JsonRecord, body: Buffer): Promise<void> {
  const upstream = exchange.table.upstreamNamed(textOf(service['host']));
  const balancer = upstream && exchange.table.balancerOf(upstream);
  const hashed = upstream && hashInput(exchange, upstream);
  const attempts = 1 + Number(service['retries'] ?? 5);
  for (let attempt = 1; ; attempt++) {
    const peer = balancer ? balancer.next(hashed) : addressOf(service);
    if (peer === undefined) {
      answerFromKong(exchange, 503, 'failure to get a peer from the ring-balancer');
      return;
    }
    try {
      const answer = await send(exchange, service, upstream, peer, body);
      await passOn(exchange, answer);
      return;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (exchange.response.headersSent) {
        exchange.response.destroy();
        return;
      }
      if (UNREACHABLE.includes(code) && attempt < attempts) continue;
      answerFailure(exchange, error, code);
      return;
    }
  }
}

function answerFailure(exchange: ProxyExchange, error: unknown, code: string): void {
  if (error instanceof UpstreamTimeout) answerFromKong(exchange, 504, 'The upstream server is timing out');
  else if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    answerFromKong(exchange, 503, 'name resolution failed');
  else answerFromKong(exchange, 502, 'An invalid response was received from the upstream server');
}

function addressOf(service: JsonRecord): Peer {
  const host = textOf(service['host']);
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(service['port']), name: host };
}

function send(
  exchange: ProxyExchange,
  service: JsonRecord,
  upstream: JsonRecord | undefined,
  peer: Peer,
  body: Buffer,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const secure = service['protocol'] === 'https';
  const host = hostHeader(exchange, upstream, peer, secure);
  const options = {
    host: peer.host,
    port: peer.port,
    method: exchange.method,
    path: encodePath(pathFor(exchange, service)) + exchange.url.search,
    headers: requestHeaders(exchange, host, body),
    agent: secure ? new HttpsAgent() : new HttpAgent(),
    ...(secure && tlsOptions(exchange, service, peer, host)),
  };
  const outgoing = secure ? httpsRequest(options) : httpRequest(options);
  outgoing.setTimeout(Number(service['read_timeout'] ?? 60_000), () => {
    outgoing.destroy(new UpstreamTimeout());
  });
  outgoing.once('response', (answer) => {
    if (secure) exchange.pool.used(connectionKey(service, peer, host));
    resolve(answer);
  });
  outgoing.on('error', reject);
  exchange.response.once('close', () => outgoing.destroy());
  outgoing.end(body);
  return promise;
}

function pathFor(exchange: ProxyExchange, service: JsonRecord): string {
  if (exchange.upstreamPath !== undefined) return exchange.upstreamPath;
  const servicePath = typeof service['path'] === 'string' ? service['path'] : '/';
  const strips = exchange.route['strip_path'] === true;
  return upstreamPath(exchange.routed.path, exchange.matchedPath, strips, servicePath);
}

function hostHeader(
  exchange: ProxyExchange,
  upstream: JsonRecord | undefined,
  peer: Peer,
  secure: boolean,
): string {
  if (exchange.route['preserve_host'] === true && exchange.request.headers.host)
    return exchange.request.headers.host;
  if (typeof upstream?.['host_header'] === 'string') return upstream['host_header'];
  return peer.port === (secure ? 443 : 80) ? peer.name : `${peer.name}:${peer.port}`;
}

function requestHeaders(
  exchange: ProxyExchange,
  host: string,
  body: Buffer,
): Record<string, string | string[]> {
  const { request, routed } = exchange;
  const headers = kept(request.headers);
  const client = request.socket.remoteAddress ?? '';
  const forwardedFor = request.headers['x-forwarded-for'];
  Object.assign(headers, {
    host,
    'x-real-ip': client,
    'x-forwarded-for': forwardedFor === undefined ? client : `${String(forwardedFor)}, ${client}`,
    'x-forwarded-proto': routed.scheme,
    'x-forwarded-host': routed.host,
    'x-forwarded-port': String(request.socket.localPort ?? ''),
    'x-forwarded-path': exchange.url.pathname,
    'x-kong-request-id': exchange.id,
    via: `1.1 kong/${exchange.version}`,
  });
  if (exchange.route['strip_path'] === true && exchange.matchedPath !== '')
    headers['x-forwarded-prefix'] = exchange.matchedPath;
  const names = new Map<string, string | string[]>(Object.entries(headers));
  for (const [name, value] of exchange.headers) {
    if (value === null) names.delete(name);
    else names.set(name, value);
  }
  if (body.length > 0) names.set('content-length', String(body.length));
  return Object.fromEntries(names);
}

function kept(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !HOP_BY_HOP.includes(name) && name !== 'expect') result[name] = value;
  return result;
}

async function passOn(exchange: ProxyExchange, answer: IncomingMessage): Promise<void> {
  exchange.response.writeHead(answer.statusCode ?? 502, {
    ...filtered(kept(answer.headers), exchange.filters),
    via: `1.1 kong/${exchange.version}`,
    'x-kong-upstream-latency': '0',
    'x-kong-proxy-latency': String(Math.round(performance.now() - exchange.startedAt)),
    'x-kong-request-id': exchange.id,
  });
  await pipeline(answer, exchange.response);
}
