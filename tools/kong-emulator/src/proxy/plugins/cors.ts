import type { JsonRecord } from '../../json.ts';
import { answerBody, type ProxyExchange, type ResponseHeaders } from '../exchange.ts';
import { texts } from '../router.ts';

/** Runs cors: answers preflight requests, and adds its headers to all other answers. */
export function runCors(exchange: ProxyExchange, config: JsonRecord): boolean {
  const { headers } = exchange.request;
  const { origin } = headers;
  const wanted = headers['access-control-request-method'];
  const isPreflight = exchange.routed.method === 'OPTIONS' && origin !== undefined && wanted !== undefined;
  exchange.filters.push((answer) => {
    setOrigin(answer, config, origin);
    if (isPreflight && config['preflight_continue'] !== true) setPreflight(answer, config, headers);
    else if (texts(config['exposed_headers']).length > 0)
      answer.set('access-control-expose-headers', texts(config['exposed_headers']).join(','));
  });
  if (!isPreflight || config['preflight_continue'] === true) return false;
  answerBody(exchange, 200, '', {});
  return true;
}

function setOrigin(answer: ResponseHeaders, config: JsonRecord, origin: string | undefined): void {
  const allowed = allowedOrigin(texts(config['origins']), origin);
  if (allowed === undefined) answer.delete('access-control-allow-origin');
  else answer.set('access-control-allow-origin', allowed);
  if (allowed !== '*') answer.set('vary', 'Origin');
  if (allowed === '*' || config['credentials'] !== true) answer.delete('access-control-allow-credentials');
  else answer.set('access-control-allow-credentials', 'true');
}

function allowedOrigin(origins: readonly string[], origin: string | undefined): string | undefined {
  const [first = '*', ...others] = origins;
  if (others.length === 0 && (first === '*' || /^[A-Za-z0-9.:/-]+$/.test(first))) return first;
  if (origin === undefined) return undefined;
  const isAllowed = origins.some(
    (one) => one === '*' || one === origin || new RegExp(`^(?:${one})$`).test(origin),
  );
  return isAllowed ? origin : undefined;
}

function setPreflight(
  answer: ResponseHeaders,
  config: JsonRecord,
  asked: Readonly<Record<string, string | string[] | undefined>>,
): void {
  const given = texts(config['headers']);
  const allowed = given.length > 0 ? given.join(',') : asked['access-control-request-headers'];
  if (typeof allowed === 'string') answer.set('access-control-allow-headers', allowed);
  answer.set('access-control-allow-methods', texts(config['methods']).join(','));
  if (typeof config['max_age'] === 'number') answer.set('access-control-max-age', String(config['max_age']));
}
