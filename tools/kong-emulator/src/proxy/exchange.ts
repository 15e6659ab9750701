import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonRecord } from '../json.ts';
import type { KeepalivePool } from './keepalive-pool.ts';
import type { RoutedRequest } from './router.ts';
import type { ProxyTable } from './table.ts';

/** A proxied request under way. */
export interface ProxyExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly routed: RoutedRequest;
  readonly table: ProxyTable;
  readonly pool: KeepalivePool;
  readonly version: string;
  readonly id: string;
  readonly startedAt: number;
  readonly route: JsonRecord;
  readonly service: JsonRecord | undefined;
  readonly matchedPath: string;
  /** Groups of the path's regular expression. */
  readonly captures: Readonly<Record<string, string>>;
  /** Set by authentication; the credential's id is absent for an anonymous consumer. */
  consumer?: JsonRecord;
  credentialId?: string;
  /** Headers for the service, on top of the request's; null takes one away. */
  readonly headers: Map<string, string | string[] | null>;
  /** The method for the service. */
  method: string;
  /** The path for the service, decoded, if a plugin has set it. */
  upstreamPath?: string;
  /** Applied in order to the headers of the answer, whoever gives it. */
  readonly filters: ((answer: ResponseHeaders) => void)[];
}

/** Headers of an answer, by name in lower case. */
export type ResponseHeaders = Map<string, string | string[]>;

/** What an answer in the name of Kong needs: a request without a route has no filters. */
type Answered = Pick<ProxyExchange, 'response' | 'id' | 'version' | 'startedAt'> &
  Partial<Pick<ProxyExchange, 'filters'>>;

/** The headers after all filters. */
export function filtered(
  headers: Readonly<Record<string, string | string[]>>,
  filters: ProxyExchange['filters'] = [],
): Record<string, string | string[]> {
  const answer: ResponseHeaders = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  for (const filter of filters) filter(answer);
  return Object.fromEntries(answer);
}

/** A request id as Kong makes them. */
export function newRequestId(): string {
  return randomBytes(16).toString('hex');
}

/** Answers in the way of Kong itself, not of a service. */
export function answerFromKong(
  exchange: Answered,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  answerBody(exchange, status, JSON.stringify({ message, request_id: exchange.id }), {
    'Content-Type': 'application/json; charset=utf-8',
    ...headers,
  });
}

/** Answers with this body in the name of Kong. */
export function answerBody(
  { response, id, version, startedAt, filters }: Answered,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, {
    ...filtered(headers, filters),
    'Content-Length': Buffer.byteLength(body),
    'X-Kong-Response-Latency': Math.round(performance.now() - startedAt),
    'X-Kong-Request-Id': id,
    Server: `kong/${version}`,
  });
  response.end(body);
}
