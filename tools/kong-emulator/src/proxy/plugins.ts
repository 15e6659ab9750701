import type { JsonRecord } from '../json.ts';
import type { ProxyExchange } from './exchange.ts';
import { runAcl } from './plugins/acl.ts';
import { nameFunctions, runRedirect, runResponseTransformer, runTermination } from './plugins/answering.ts';
import { runBasicAuth } from './plugins/basic-auth.ts';
import { runCors } from './plugins/cors.ts';
import { runKeyAuth } from './plugins/key-auth.ts';
import { runRequestTransformer } from './plugins/request-transformer.ts';
import { configOf, pluginFor } from './plugins/scope.ts';

/** Runs a plugin with its configuration; returns whether it has answered the request. */
type Run = (exchange: ProxyExchange, config: JsonRecord) => boolean;

/** The plugins that the emulator runs, in Kong's order of priority. */
const IN_ORDER: readonly (readonly [string, Run])[] = [
  ['cors', runCors],
  ['key-auth', runKeyAuth],
  ['basic-auth', runBasicAuth],
  ['acl', runAcl],
  ['request-transformer', runRequestTransformer],
  ['response-transformer', runResponseTransformer],
  ['redirect', runRedirect],
  ['request-termination', runTermination],
];

/**
 * Runs the plugins that the emulator knows, in Kong's order. Those after the authentication see the consumer's scopes.
 * @returns whether the request has been answered
 */
export function runPlugins(exchange: ProxyExchange): boolean {
  nameFunctions(exchange);
  return IN_ORDER.some(([name, run]) => {
    const plugin = pluginFor(exchange, name);
    return plugin !== undefined && run(exchange, configOf(plugin));
  });
}
