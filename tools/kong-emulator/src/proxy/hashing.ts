import { randomUUID } from 'node:crypto';
import { type JsonRecord, textOf } from '../json.ts';
import type { ProxyExchange } from './exchange.ts';

/**
 * What the request's target is chosen by; nothing if targets take turns.
 * A request that lacks what is hashed on is hashed on the fallback.
 */
export function hashInput(exchange: ProxyExchange, upstream: JsonRecord): string | undefined {
  return valueOf(exchange, upstream, 'hash_on') ?? valueOf(exchange, upstream, 'hash_fallback');
}

function valueOf(
  exchange: ProxyExchange,
  upstream: JsonRecord,
  field: 'hash_on' | 'hash_fallback',
): string | undefined {
  const parameter = (kind: string) => textOf(upstream[`${field}_${kind}`]);
  switch (upstream[field]) {
    case 'consumer':
      return exchange.consumer && textOf(exchange.consumer['id']);
    case 'ip':
      return exchange.request.socket.remoteAddress;
    case 'path':
      return exchange.routed.path;
    case 'header':
      return headerValue(exchange, parameter('header'));
    case 'query_arg':
      return exchange.url.searchParams.get(parameter('query_arg')) ?? undefined;
    case 'uri_capture':
      return exchange.captures[parameter('uri_capture')];
    case 'cookie':
      return cookieValue(
        exchange,
        textOf(upstream['hash_on_cookie']),
        textOf(upstream['hash_on_cookie_path']),
      );
    default:
      return undefined;
  }
}

/** Seen on a real node: a name with a hyphen is never found, and all requests go to one target. */
function headerValue(exchange: ProxyExchange, name: string): string | undefined {
  if (name.includes('-')) return '';
  return exchange.routed.headers[name.toLowerCase().replaceAll('_', '-')]?.join(', ');
}

/** The value of the cookie; without one the answer sets it. */
function cookieValue(exchange: ProxyExchange, name: string, path: string): string {
  const cookies = (exchange.request.headers.cookie ?? '').split(/;\s*/);
  const given = cookies.find((cookie) => cookie.startsWith(`${name}=`));
  if (given !== undefined) return given.slice(name.length + 1);
  const value = randomUUID();
  exchange.filters.push((answer) => {
    const before = [answer.get('set-cookie') ?? []].flat();
    answer.set('set-cookie', [...before, `${name}=${value}; Path=${path}; Same-Site=Lax; HttpOnly`]);
  });
  return value;
}
