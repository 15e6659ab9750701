import { type JsonRecord, textOf } from '../../json.ts';
import { answerFromKong, type ProxyExchange } from '../exchange.ts';

/** Makes a consumer the one who asks, and tells the service so. */
export function identify(exchange: ProxyExchange, consumer: JsonRecord, credentialId?: string): void {
  exchange.consumer = consumer;
  if (credentialId !== undefined) exchange.credentialId = credentialId;
  exchange.headers.set('x-consumer-id', textOf(consumer['id']));
  for (const [header, field] of [
    ['x-consumer-username', 'username'],
    ['x-consumer-custom-id', 'custom_id'],
  ] as const) {
    const value = consumer[field];
    exchange.headers.set(header, typeof value === 'string' ? value : null);
  }
  exchange.headers.set('x-credential-identifier', credentialId ?? null);
  exchange.headers.set('x-anonymous-consumer', credentialId === undefined ? 'true' : null);
}

/**
 * Ends an authentication that found nobody: the anonymous consumer stands in if there is one.
 * @returns whether the request has been answered
 */
export function refuseUnlessAnonymous(
  exchange: ProxyExchange,
  config: JsonRecord,
  message: string,
  challenge: string,
): boolean {
  const anonymous = anonymousConsumer(exchange, config['anonymous']);
  if (anonymous) {
    identify(exchange, anonymous);
    return false;
  }
  answerFromKong(exchange, 401, message, { 'WWW-Authenticate': challenge });
  return true;
}

/** Whether another plugin has found out who asks already, so that one with an anonymous consumer lets it be. */
export function isIdentified(exchange: ProxyExchange, config: JsonRecord): boolean {
  return typeof config['anonymous'] === 'string' && exchange.credentialId !== undefined;
}

function anonymousConsumer(exchange: ProxyExchange, anonymous: unknown): JsonRecord | undefined {
  if (typeof anonymous !== 'string') return undefined;
  return exchange.table
    .all('consumers')
    .find((consumer) => consumer['id'] === anonymous || consumer['username'] === anonymous);
}
