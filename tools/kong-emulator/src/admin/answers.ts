import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A request being answered. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: Buffer;
  /** When it began, in ms of `performance.now()`. */
  readonly startedAt: number;
  readonly version: string;
  /** The listener: only the Admin API's answers allow credentials. */
  readonly listener: 'admin' | 'status';
}

/** Answers in JSON with the headers that every answer of Kong's own APIs has. */
export function answerJson(
  exchange: Exchange,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): number {
  const text = JSON.stringify(body);
  head(exchange, status, Buffer.byteLength(text), headers);
  exchange.response.end(text);
  return status;
}

/** Answers without a body. */
export function answerEmpty(exchange: Exchange, status: number): number {
  head(exchange, status, 0, {});
  exchange.response.end();
  return status;
}

/** Answers with JSON text that comes in pieces, no faster than the client reads. */
export async function answerPieces(
  exchange: Exchange,
  status: number,
  pieces: readonly string[],
): Promise<number> {
  const { response } = exchange;
  head(
    exchange,
    status,
    pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0),
    {},
  );
  try {
    await pipeline(Readable.from(pieces), response);
  } catch (error) {
    // The client may leave in the middle of the answer, or before it: for the node it was given all the same.
    if (!response.destroyed) throw error;
  }
  return status;
}

function head(
  exchange: Exchange,
  status: number,
  length: number,
  more: Readonly<Record<string, string>>,
): void {
  exchange.response.writeHead(status, {
    ...(length > 0 && { 'Content-Type': 'application/json; charset=utf-8' }),
    'Access-Control-Allow-Origin': '*',
    ...(exchange.listener === 'admin' && { 'Access-Control-Allow-Credentials': 'true' }),
    'Content-Length': length,
    'X-Kong-Admin-Latency': Math.round(performance.now() - exchange.startedAt),
    Server: `kong/${exchange.version}`,
    ...more,
  });
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
};

/** Answers with an error page of nginx itself. */
export function answerHtml(response: ServerResponse, status: number, detail?: string, close = false): number {
  const reason = `${status} ${REASONS[status] ?? ''}`;
  const text =
    `<html>\r\n<head><title>${detail === undefined ? reason : `${status} ${detail}`}</title></head>\r\n<body>\r\n` +
    `<center><h1>${reason}</h1></center>\r\n${detail === undefined ? '' : `<center>${detail}</center>\r\n`}` +
    '<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n';
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    Server: 'openresty',
    ...(close && { Connection: 'close' }),
  });
  response.end(text);
  return status;
}
