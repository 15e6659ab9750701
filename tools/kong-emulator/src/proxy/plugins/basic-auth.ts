import { type JsonRecord, textOf } from '../../json.ts';
import type { ProxyExchange } from '../exchange.ts';
import { identify, isIdentified, refuseUnlessAnonymous } from './consumer.ts';

/** Runs basic-auth; returns whether the request has been answered. */
export function runBasicAuth(exchange: ProxyExchange, config: JsonRecord): boolean {
  if (isIdentified(exchange, config)) return false;
  const credential = credentialOf(exchange);
  const consumer = credential && exchange.table.referred('consumers', credential['consumer']);
  if (credential && consumer) {
    identify(exchange, consumer, textOf(credential['id']));
    if (config['hide_credentials'] === true) exchange.headers.set('authorization', null);
    return false;
  }
  const realm = textOf(config['realm']);
  return refuseUnlessAnonymous(exchange, config, 'Unauthorized', `Basic realm="${realm}"`);
}

function credentialOf(exchange: ProxyExchange): JsonRecord | undefined {
  const given = exchange.request.headers.authorization ?? '';
  const [, encoded] = /^basic\s+(\S+)$/i.exec(given) ?? [];
  if (encoded === undefined) return undefined;
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return exchange.table
    .all('basicauth_credentials')
    .find((one) => one['username'] === name && one['password'] === password);
}
