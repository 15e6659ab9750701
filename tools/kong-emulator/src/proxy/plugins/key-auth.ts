import { type JsonRecord, textOf } from '../../json.ts';
import type { ProxyExchange } from '../exchange.ts';
import { texts } from '../router.ts';
import { identify, isIdentified, refuseUnlessAnonymous } from './consumer.ts';

/** Runs key-auth; returns whether the request has been answered. */
export function runKeyAuth(exchange: ProxyExchange, config: JsonRecord): boolean {
  if (config['run_on_preflight'] === false && exchange.routed.method === 'OPTIONS') return false;
  if (isIdentified(exchange, config)) return false;
  const names = texts(config['key_names']);
  const [key, ...others] = names.flatMap((name) => keysIn(exchange, name, config));
  const owner = key === undefined || others.length > 0 ? undefined : exchange.table.keyOwner(key);
  if (owner) {
    identify(exchange, owner.consumer, textOf(owner.credential['id']));
    if (config['hide_credentials'] === true) hide(exchange, names);
    return false;
  }
  const message =
    key === undefined
      ? 'No API key found in request'
      : others.length > 0
        ? 'Duplicate API key found'
        : 'Unauthorized';
  const realm = typeof config['realm'] === 'string' ? ` realm="${config['realm']}"` : '';
  return refuseUnlessAnonymous(exchange, config, message, `Key${realm}`);
}

function keysIn(exchange: ProxyExchange, name: string, config: JsonRecord): string[] {
  const inHeader =
    config['key_in_header'] === false ? [] : (exchange.routed.headers[name.toLowerCase()] ?? []);
  if (inHeader.length > 0) return [...inHeader];
  return config['key_in_query'] === false ? [] : exchange.url.searchParams.getAll(name);
}

function hide(exchange: ProxyExchange, names: readonly string[]): void {
  for (const name of names) {
    exchange.headers.set(name.toLowerCase(), null);
    exchange.url.searchParams.delete(name);
  }
}
