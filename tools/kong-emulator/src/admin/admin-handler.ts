import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { md5 } from '../node.ts';
import { answerHtml, answerJson, type Exchange } from './answers.ts';
import { type ReceivedBody, receiveBody } from './body.ts';
import { handleCollection } from './collections.ts';
import { getConfig, postConfig } from './config-endpoint.ts';
import type { AdminContext } from './context.ts';
import { getReady, getRoot, getStatus, postReady } from './node-endpoints.ts';
import { handleSchemas } from './schemas-endpoint.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
type Endpoint = (exchange: Exchange, context: AdminContext) => number | Promise<number>;

/** Handles requests to the Admin API. */
export function adminHandler(context: AdminContext): Handler {
  return handlerOf(context, 'admin', async (exchange) => {
    await underFaults(context);
    return routeAdmin(exchange, context);
  });
}

/** Handles requests to the status listener, which no fault touches. */
export function statusHandler(context: AdminContext): Handler {
  return handlerOf(context, 'status', (exchange) => routeStatus(exchange, context));
}

function handlerOf(context: AdminContext, listener: Exchange['listener'], endpoint: Endpoint): Handler {
  return (request, response) => {
    const life = context.life();
    serve(request, response, context, listener, endpoint).catch((error: unknown) => {
      // Whoever waits for an emulated process that has ended gets no answer.
      if (life.aborted) return;
      const message = error instanceof Error ? error.message : 'unknown';
      response.writeHead(500, { 'Content-Type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ message: 'An unexpected error occurred', error: message }));
    });
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  context: AdminContext,
  listener: Exchange['listener'],
  endpoint: Endpoint,
): Promise<void> {
  context.counters.total++;
  const startedAt = performance.now();
  const url = new URL(request.url ?? '/', 'http://localhost');
  const isPush = listener === 'admin' && request.method === 'POST' && url.pathname === '/config';
  const body = await receiveBody(request, context.limits.bodyBytes);
  const record = (status: number | 'aborted') => {
    if (isPush) context.pushes.push(pushRecord(request, url, body, status));
  };
  if (body.type === 'aborted') {
    record('aborted');
    return;
  }
  if (body.type === 'too-large') {
    record(answerHtml(response, 413, undefined, true));
    return;
  }
  const exchange = {
    request,
    response,
    url,
    body: body.bytes,
    startedAt,
    version: context.version,
    listener,
  };
  try {
    record(await endpoint(exchange, context));
  } catch (error) {
    record('aborted');
    throw error;
  }
}

function pushRecord(request: IncomingMessage, url: URL, body: ReceivedBody, status: number | 'aborted') {
  return {
    at: Date.now(),
    status,
    hash: md5(body.bytes),
    bytes: body.bytes.length,
    contentType: request.headers['content-type'] ?? '',
    query: url.search.slice(1),
  };
}

async function underFaults({ faults, life }: AdminContext): Promise<void> {
  const signal = life();
  while (faults.get('hang')) await Promise.race([faults.cleared, ended(signal)]);
  const slow = faults.get('slow');
  if (slow) await delay(slow.delayMs, undefined, { signal });
  signal.throwIfAborted();
}

function ended(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => {
    reject(new Error('the emulated process has ended'));
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return promise;
}

/** The endpoints with a fixed path, by path and method. */
const ADMIN_ENDPOINTS: Readonly<Record<string, Readonly<Record<string, Endpoint>>>> = {
  '/': {
    GET: (exchange, context) => {
      context.counters.root++;
      return getRoot(exchange, context);
    },
  },
  '/status': {
    GET: (exchange, context) => {
      context.counters.status++;
      return getStatus(exchange, context);
    },
  },
  '/config': { GET: getConfig, POST: postConfig },
};

function routeAdmin(exchange: Exchange, context: AdminContext): number | Promise<number> {
  const method = exchange.request.method ?? 'GET';
  const endpoints = ADMIN_ENDPOINTS[exchange.url.pathname];
  if (endpoints) return (endpoints[method] ?? notAllowed)(exchange, context);
  const [first = '', second, third] = exchange.url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (first === 'schemas' && second !== undefined) return handleSchemas(exchange, context, [second, third]);
  const schema = context.model.types.get(first);
  if (schema && third === undefined) return handleCollection(exchange, context, schema, second);
  return answerJson(exchange, 404, { message: 'Not found' });
}

function routeStatus(exchange: Exchange, context: AdminContext): number {
  const { method } = exchange.request;
  switch (exchange.url.pathname) {
    case '/status':
      return method === 'GET' ? getStatus(exchange, context) : notAllowed(exchange);
    case '/status/ready':
      if (method === 'POST') return postReady(exchange, context);
      return method === 'GET' ? getReady(exchange, context) : notAllowed(exchange);
    default:
      return answerJson(exchange, 404, { message: 'Not found' });
  }
}

function notAllowed(exchange: Exchange): number {
  return answerJson(exchange, 405, { message: 'Method not allowed' });
}
