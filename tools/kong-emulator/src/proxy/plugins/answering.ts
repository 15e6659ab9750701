import { isRecord, type JsonRecord, textOf } from '../../json.ts';
import { answerBody, answerFromKong, type ProxyExchange } from '../exchange.ts';
import { encodePath } from '../path.ts';
import { globalPlugin, pluginFor } from './scope.ts';
import { transform } from './transformation.ts';

/** Runs redirect: answers every request. With `keep_incoming_path` the location's own path and query are dropped. */
export function runRedirect(exchange: ProxyExchange, config: JsonRecord): boolean {
  const location = textOf(config['location']);
  const target =
    config['keep_incoming_path'] === true
      ? new URL(location).origin + encodePath(exchange.routed.path) + exchange.url.search
      : location;
  answerBody(exchange, Number(config['status_code'] ?? 301), 'redirecting', { Location: target });
  return true;
}

/** Runs request-termination; returns whether the request has been answered. */
export function runTermination(exchange: ProxyExchange, config: JsonRecord): boolean {
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

/** Runs response-transformer on the headers of the answer to come. */
export function runResponseTransformer(exchange: ProxyExchange, config: JsonRecord): boolean {
  exchange.filters.push((answer) => {
    transform(config, 'headers', {
      get: (name) => [answer.get(name.toLowerCase()) ?? []].flat(),
      set: (name, values) => {
        if (values.length === 0) answer.delete(name.toLowerCase());
        else answer.set(name.toLowerCase(), values.length === 1 ? (values[0] ?? '') : [...values]);
      },
    });
  });
  return false;
}

const FUNCTIONS = ['pre-function', 'post-function'];

/**
 * Says in the answer which function plugins a real node would have run: the emulator runs no Lua. The narrowest of a
 * name replaces the wider ones, except in the phase `rewrite`, which comes before the route is known.
 */
export function nameFunctions(exchange: ProxyExchange): void {
  const named = FUNCTIONS.flatMap((name) =>
    (
      [
        ['rewrite', globalPlugin(exchange, name)],
        ['access', pluginFor(exchange, name)],
        ['header_filter', pluginFor(exchange, name)],
      ] as const
    ).flatMap(([phase, plugin]) =>
      plugin && has(plugin, phase) ? [`${name} ${phase} ${labelOf(plugin)}`] : [],
    ),
  );
  if (named.length > 0)
    exchange.filters.push((answer) => answer.set('x-emulator-functions', named.join(', ')));
}

function has(plugin: JsonRecord, phase: string): boolean {
  const config = isRecord(plugin['config']) ? plugin['config'] : {};
  return Array.isArray(config[phase]) && config[phase].length > 0;
}

const labelOf = (plugin: JsonRecord) => textOf(plugin['instance_name']) || textOf(plugin['id']);
