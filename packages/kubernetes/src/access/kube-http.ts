import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@silverback/clock';
import { SilverbackError } from '@silverback/errors';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { ApiConnection, ApiCredentials } from './api-credentials.ts';
import { ApiRefusal, messageOf } from './api-error.ts';

/** One request to the API server. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path without the server, as in `/api/v1/secrets`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Kind of the body (default `application/json`); a patch needs its own. */
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** How long the answer may take, in ms, where it is not as for all requests. */
  readonly timeoutMs?: number;
  /** Told how many bytes of the answer have come, as they come. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** What a {@link KubeHttp} needs. */
export interface KubeHttpOptions {
  readonly credentials: ApiCredentials;
  readonly clock: Clock;
  /** How long credentials are used before they are asked for again, in ms (default 10 000). */
  readonly credentialsMs?: number;
  /** How long an answer may take, in ms (default 30 000); watches have no such limit. */
  readonly timeoutMs?: number;
}

/** One error can't be told from another by its length; longer ones are no `Status`. */
const MAX_ERROR_BODY = 64 * 1024;

interface Route {
  readonly connection: ApiConnection;
  readonly agent: Agent;
}

/**
 * Requests to the API server over shared connections. Credentials are asked for again from time to time and after a
 * 401; where certificates changed, new connections are made and the old ones end when they are done.
 */
export class KubeHttp {
  readonly #options: KubeHttpOptions;
  #route: Route | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<Route> | undefined;
  #wasRefused = false;

  constructor(options: KubeHttpOptions) {
    this.#options = options;
  }

  /**
   * Reads the credentials, so that a mistake in them shows at once.
   *
   * @throws SilverbackError `KubernetesConfigInvalid`
   */
  async authenticate(): Promise<void> {
    await this.#currentRoute();
  }

  /**
   * Sends a request and reads the JSON of the answer.
   *
   * @throws ApiRefusal for every status of 300 and more
   * @throws SilverbackError `KubernetesUnreachable`, `KubernetesAnswerInvalid`, `KubernetesConfigInvalid`
   */
  async json(request: ApiRequest): Promise<unknown> {
    const { body } = await this.#send(request, this.#timeoutOf(request));
    const text = await this.#reading(request, () => body.text());
    request.onBytes?.(Buffer.byteLength(text));
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new SilverbackError('KubernetesAnswerInvalid', {
        message: 'The answer is not JSON.',
        where: nameOf(request),
        cause: error,
      });
    }
  }

  /**
   * Sends a request and yields the lines of the answer as they come, those of one piece together; first none, as soon as
   * the answer has begun.
   *
   * @throws as {@link json}, and when the connection breaks
   */
  async *lines(request: ApiRequest): AsyncGenerator<readonly string[], void, void> {
    const { body } = await this.#send(request, 0);
    yield [];
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        request.onBytes?.(chunk.byteLength);
        const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = parts.pop() ?? '';
        const lines = parts.filter((line) => line !== '');
        if (lines.length > 0) yield lines;
      }
    } catch (error) {
      throw unreachable(request, error);
    }
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#route?.agent.destroy();
  }

  async #send(request: ApiRequest, bodyTimeout: number): Promise<Dispatcher.ResponseData> {
    const { connection, agent } = await this.#currentRoute();
    const response = await this.#connecting(request, () =>
      agent.request({
        origin: new URL(connection.server).origin,
        path: pathOf(connection.server, request),
        method: request.method ?? 'GET',
        headers: { ...connection.headers, ...headersOf(request) },
        body: request.body === undefined ? null : JSON.stringify(request.body),
        headersTimeout: this.#timeoutOf(request),
        bodyTimeout,
        signal: request.signal ?? null,
      }),
    );
    if (response.statusCode < 300) return response;
    // A token may have been replaced a moment ago.
    if (response.statusCode === 401 && this.#route?.connection === connection) this.#wasRefused = true;
    const text = await this.#reading(request, () => response.body.text());
    throw new ApiRefusal(nameOf(request), response.statusCode, messageOf(text.slice(0, MAX_ERROR_BODY)));
  }

  #timeoutOf({ timeoutMs }: ApiRequest): number {
    return timeoutMs ?? this.#options.timeoutMs ?? 30_000;
  }

  /** What can't be reached may have another certificate by now, or another authority, whose file is read again. */
  async #connecting<T>(request: ApiRequest, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      this.#askedAt = Number.NEGATIVE_INFINITY;
      throw unreachable(request, error);
    }
  }

  async #reading<T>(request: ApiRequest, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw unreachable(request, error);
    }
  }

  #currentRoute(): Promise<Route> {
    const age = this.#options.clock.now() - this.#askedAt;
    const isFresh = !this.#wasRefused && age < (this.#options.credentialsMs ?? 10_000);
    if (this.#route && isFresh && this.#asking === undefined) return Promise.resolve(this.#route);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<Route> {
    const wasRefused = this.#wasRefused;
    this.#wasRefused = false;
    const connection = await this.#options.credentials.current(wasRefused);
    this.#askedAt = this.#options.clock.now();
    const previous = this.#route;
    const isSame = previous !== undefined && isDeepStrictEqual(previous.connection.tls, connection.tls);
    this.#route = { connection, agent: isSame ? previous.agent : newAgent(connection) };
    // Watches on the old connections go on until the API server ends them.
    if (previous && !isSame) void previous.agent.close();
    return this.#route;
  }
}

function newAgent({ tls }: ApiConnection): Agent {
  const connect = buildConnector({
    ...tls,
    maxCachedSessions: 0,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  });
  return new Agent({ allowH2: false, connect });
}

function pathOf(server: string, { path, query }: ApiRequest): string {
  const prefix = new URL(server).pathname.replace(/\/$/, '');
  const search = new URLSearchParams(query).toString();
  return `${prefix}${path}${search === '' ? '' : `?${search}`}`;
}

function headersOf({ accept, body, contentType }: ApiRequest): Record<string, string> {
  return {
    accept: accept ?? 'application/json',
    'user-agent': 'silverback',
    ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
  };
}

function nameOf({ method, path }: ApiRequest): string {
  return `${method ?? 'GET'} ${path}`;
}

function unreachable(request: ApiRequest, cause: unknown): SilverbackError {
  const message = cause instanceof Error ? cause.message : 'unknown';
  return new SilverbackError('KubernetesUnreachable', {
    message: `The API server gave no complete answer: ${message}.`,
    where: nameOf(request),
    cause,
  });
}
