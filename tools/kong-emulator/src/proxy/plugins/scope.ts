import { isRecord, type JsonRecord, textOf } from '../../json.ts';
import type { ProxyExchange } from '../exchange.ts';
import { refersTo } from '../table.ts';

const SCOPES = ['consumer', 'consumer_group', 'route', 'service'] as const;

/** Scopes from the narrowest to the widest: of one plugin, only the narrowest runs. */
const PRECEDENCE: readonly string[] = [
  'consumer route service',
  'consumer_group route service',
  'consumer route',
  'consumer service',
  'consumer_group route',
  'consumer_group service',
  'route service',
  'consumer',
  'consumer_group',
  'route',
  'service',
  '',
];

/** The plugin of this name with the narrowest scope that covers the request; only one of a name runs. */
export function pluginFor(exchange: ProxyExchange, name: string): JsonRecord | undefined {
  let best: JsonRecord | undefined;
  let bestRank = PRECEDENCE.length;
  for (const plugin of exchange.table.all('plugins')) {
    if (plugin['name'] !== name || plugin['enabled'] === false || !covers(exchange, plugin)) continue;
    const rank = PRECEDENCE.indexOf(SCOPES.filter((scope) => isRecord(plugin[scope])).join(' '));
    if (rank >= 0 && rank < bestRank) [best, bestRank] = [plugin, rank];
  }
  return best;
}

/** The plugin of this name that has no scope. */
export function globalPlugin(exchange: ProxyExchange, name: string): JsonRecord | undefined {
  return exchange.table
    .all('plugins')
    .find(
      (plugin) =>
        plugin['name'] === name &&
        plugin['enabled'] !== false &&
        SCOPES.every((scope) => !isRecord(plugin[scope])),
    );
}

function covers(exchange: ProxyExchange, plugin: JsonRecord): boolean {
  const present = {
    consumer: [exchange.consumer],
    consumer_group: exchange.consumer ? groupsOf(exchange, exchange.consumer) : [],
    route: [exchange.route],
    service: [exchange.service],
  };
  return SCOPES.filter((scope) => isRecord(plugin[scope])).every((scope) =>
    present[scope].some((entity) => entity && refersTo(plugin[scope], textOf(entity['id']))),
  );
}

/** The consumer groups that a consumer is in. */
export function groupsOf(exchange: ProxyExchange, consumer: JsonRecord): JsonRecord[] {
  return exchange.table
    .all('consumer_group_consumers')
    .filter((member) => refersTo(member['consumer'], textOf(consumer['id'])))
    .map((member) => exchange.table.referred('consumer_groups', member['consumer_group']))
    .filter((group) => group !== undefined);
}

/** The configuration of a plugin. */
export function configOf(plugin: JsonRecord): JsonRecord {
  return isRecord(plugin['config']) ? plugin['config'] : {};
}
