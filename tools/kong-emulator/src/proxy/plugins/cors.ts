import type { JsonRecord } from '../../json.ts';
import { answerBody, type ProxyExchange, type ResponseHeaders } from '../exchange.ts';
import { texts } from '../router.ts';

/** Runs cors: answers preflight requests, and adds its headers to all other answers. */
export function runCors(exchange: ProxyExchange, config: JsonRecord): boolean {
  const { headers } = exchange.request;
  const { origin } = headers;
  const isPreflight =
    exchange.routed.method === 'OPTIONS' &&
    origin !== undefined &&
    headers['access-control-request-method'] !== undefined;
  if (!isPreflight) {
    exchange.filters.push((answer) => {
      addToAnswer(answer, config, origin);
    });
    return false;
  }
  if (config['preflight_continue'] === true) return false;
  exchange.filters.push((answer) => {
    setOrigin(answer, config, origin);
    setPreflight(answer, config, headers);
  });
  answerBody(exchange, 200, '', {});
  return true;
}

function addToAnswer(answer: ResponseHeaders, config: JsonRecord, origin: string | undefined): void {
  if (origin === undefined && config['allow_origin_absent'] === false) return;
  setOrigin(answer, config, origin);
  const exposed = texts(config['exposed_headers']);
  if (exposed.length > 0) answer.set('access-control-expose-headers', exposed.join(','));
}

function setOrigin(answer: ResponseHeaders, config: JsonRecord, origin: string | undefined): void {
  const origins = texts(config['origins']);
  const allowsAll = origins.length === 0 || origins.includes('*');
  const withCredentials = config['credentials'] === true;
  // `*` and credentials exclude each other: the origin stands in for it.
  const allowed = !allowsAll ? allowedOrigin(origins, origin) : withCredentials ? (origin ?? '*') : '*';
  if (allowed === undefined) answer.delete('access-control-allow-origin');
  else answer.set('access-control-allow-origin', allowed);
  if (allowed !== '*') answer.set('vary', 'Origin');
  if (withCredentials && allowed !== '*') answer.set('access-control-allow-credentials', 'true');
}

const PLAIN = /^[A-Za-z0-9.:/-]+$/;

function allowedOrigin(origins: readonly string[], origin: string | undefined): string | undefined {
  const [first, ...others] = origins;
  if (first !== undefined && others.length === 0 && PLAIN.test(first)) return first;
  if (origin === undefined) return undefined;
  return origins.some((entry) => matches(entry, origin)) ? origin : undefined;
}

/** An entry without a colon is about the host alone; what isn't a plain name is a regular expression for all of it. */
function matches(entry: string, origin: string): boolean {
  if (PLAIN.test(entry)) return entry === origin;
  const subject = entry.includes(':') || !URL.canParse(origin) ? origin : new URL(origin).hostname;
  return new RegExp(`^(?:${entry.replace(/^\^/, '').replace(/\$$/, '')})$`).test(subject);
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
  if (config['private_network'] === true && asked['access-control-request-private-network'] === 'true')
    answer.set('access-control-allow-private-network', 'true');
}
