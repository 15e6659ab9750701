import { isRecord, type JsonRecord, textOf } from '../json.ts';
import { answerBody, answerFromKong, type ProxyExchange } from './exchange.ts';
import { texts } from './router.ts';
import { refersTo } from './table.ts';

const SCOPES = ['consumer', 'route', 'service'] as const;
const COUNT = { consumer: 4, route: 2, service: 1 } as const;

/**
 * Runs the plugins that the emulator knows, in Kong's order.
 * @returns whether the request has been answered
 */
export function runPlugins(exchange: ProxyExchange): boolean {
  const keyAuth = pluginFor(exchange, 'key-auth');
  if (keyAuth && authenticate(exchange, configOf(keyAuth))) return true;
  const termination = pluginFor(exchange, 'request-termination');
  return termination !== undefined && terminate(exchange, configOf(termination));
}

const configOf = (plugin: JsonRecord): JsonRecord => (isRecord(plugin['config']) ? plugin['config'] : {});

/** The plugin of this name with the narrowest scope that covers the request; only one of a name runs. */
export function pluginFor(exchange: ProxyExchange, name: string): JsonRecord | undefined {
  const present = { consumer: exchange.consumer, route: exchange.route, service: exchange.service };
  let best: JsonRecord | undefined;
  let bestScore = -1;
  for (const plugin of exchange.table.all('plugins')) {
    if (plugin['name'] !== name || plugin['enabled'] === false) continue;
    const set = SCOPES.filter((scope) => isRecord(plugin[scope]));
    if (!set.every((scope) => refersTo(plugin[scope], textOf(present[scope]?.['id'])))) continue;
    const score = set.length * 8 + set.reduce((sum, scope) => sum + COUNT[scope], 0);
    if (score > bestScore) [best, bestScore] = [plugin, score];
  }
  return best;
}

function authenticate(exchange: ProxyExchange, config: JsonRecord): boolean {
  if (config['run_on_preflight'] === false && exchange.routed.method === 'OPTIONS') return false;
  const names = texts(config['key_names']);
  const found = names.flatMap((name) => keysIn(exchange, name, config));
  const [key, ...others] = found;
  const owner = key === undefined || others.length > 0 ? undefined : exchange.table.keyOwner(key);
  if (owner) {
    identify(exchange, owner.consumer, textOf(owner.credential['id']));
    if (config['hide_credentials'] === true) hide(exchange, names);
    return false;
  }
  const anonymous = anonymousConsumer(exchange, config['anonymous']);
  if (anonymous) {
    identify(exchange, anonymous);
    exchange.headers.set('x-anonymous-consumer', 'true');
    return false;
  }
  const message =
    key === undefined
      ? 'No API key found in request'
      : others.length > 0
        ? 'Duplicate API key found'
        : 'Unauthorized';
  const realm = typeof config['realm'] === 'string' ? ` realm="${config['realm']}"` : '';
  answerFromKong(exchange, 401, message, { 'WWW-Authenticate': `Key${realm}` });
  return true;
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

function anonymousConsumer(exchange: ProxyExchange, anonymous: unknown): JsonRecord | undefined {
  if (typeof anonymous !== 'string') return undefined;
  return exchange.table
    .all('consumers')
    .find((consumer) => consumer['id'] === anonymous || consumer['username'] === anonymous);
}

function identify(exchange: ProxyExchange, consumer: JsonRecord, credentialId?: string): void {
  exchange.consumer = consumer;
  exchange.headers.set('x-consumer-id', textOf(consumer['id']));
  for (const [header, field] of [
    ['x-consumer-username', 'username'],
    ['x-consumer-custom-id', 'custom_id'],
  ] as const) {
    const value = consumer[field];
    exchange.headers.set(header, typeof value === 'string' ? value : null);
  }
  exchange.headers.set('x-credential-identifier', credentialId ?? null);
  exchange.headers.set('x-anonymous-consumer', null);
}

function terminate(exchange: ProxyExchange, config: JsonRecord): boolean {
  const trigger = config['trigger'];
  if (typeof trigger === 'string') {
    const given = exchange.routed.headers[trigger.toLowerCase()] ?? [];
    if (given.length === 0 && !exchange.url.searchParams.has(trigger)) return false;
  }
  const status = typeof config['status_code'] === 'number' ? config['status_code'] : 503;
  if (typeof config['body'] === 'string') {
    const type =
      typeof config['content_type'] === 'string' ? config['content_type'] : 'application/json; charset=utf-8';
    answerBody(exchange, status, config['body'], { 'Content-Type': type });
  } else {
    const message = typeof config['message'] === 'string' ? config['message'] : DEFAULT_MESSAGES[status];
    answerFromKong(exchange, status, message ?? 'Terminated');
  }
  return true;
}

const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'An unexpected error occurred',
  502: 'An invalid response was received from the upstream server',
  503: 'Service unavailable',
};
