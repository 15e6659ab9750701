import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { load } from 'js-yaml';
import { ApiFailure, badRequest, unsupportedMediaType } from '../api-failure.ts';
import type { JsonObject } from '../json.ts';

const MAX_BODY = 3 * 1024 * 1024;
const CHUNK = 64 * 1024;

/** A request and its answer. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly #beforeAnswer: ((status: number) => boolean)[] = [];

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    this.url = new URL(request.url ?? '/', 'http://api');
  }

  get method(): string {
    return this.request.method ?? 'GET';
  }

  get query(): URLSearchParams {
    return this.url.searchParams;
  }

  /** The media type of the body, without parameters. */
  get contentType(): string {
    return (this.request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? '';
  }

  /** Has something done just before the answer begins; when it returns false, there is no answer. */
  beforeAnswer(action: (status: number) => boolean): void {
    this.#beforeAnswer.push(action);
  }

  /**
   * Reads the body, JSON or YAML.
   *
   * @returns undefined if there is none
   * @throws ApiFailure 400, 413 or 415
   */
  async body(): Promise<unknown> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= MAX_BODY) chunks.push(chunk);
    }
    if (length > MAX_BODY)
      throw new ApiFailure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY}`);
    const text = Buffer.concat(chunks).toString('utf8');
    return text === '' ? undefined : this.#parse(text);
  }

  #parse(text: string): unknown {
    const type = this.contentType;
    try {
      if (type.endsWith('json')) return JSON.parse(text);
      if (type.endsWith('yaml')) return load(text);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unreadable';
      throw badRequest(`error decoding the body: ${why}`);
    }
    throw unsupportedMediaType(['application/json', 'application/yaml']);
  }

  /** Answers with a text of JSON. */
  json(status: number, text: string, contentType = 'application/json'): void {
    if (!this.begin(status, contentType, { 'content-length': String(Buffer.byteLength(text)) })) return;
    this.response.end(text);
  }

  /** Answers with a value as JSON. */
  value(status: number, value: JsonObject, contentType?: string): void {
    this.json(status, JSON.stringify(value), contentType);
  }

  /** Answers in plain words. */
  text(status: number, text: string): void {
    if (this.begin(status, 'text/plain; charset=utf-8')) this.response.end(text);
  }

  /** Answers with the `Status` of a failure. */
  failure(failure: ApiFailure): void {
    const seconds = failure.details?.retryAfterSeconds;
    const text = JSON.stringify(failure.status);
    const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) };
    if (this.begin(failure.code, 'application/json', headers)) this.response.end(text);
  }

  /** Answers with texts one after another, no faster than the client reads. */
  async stream(status: number, texts: Iterable<string>): Promise<void> {
    if (!this.begin(status, 'application/json')) return;
    await writeAll(this.response, texts);
    this.response.end();
  }

  /**
   * Begins the answer.
   *
   * @returns false if there is to be none
   */
  begin(status: number, contentType: string, headers: Readonly<Record<string, string>> = {}): boolean {
    if (this.response.destroyed) return false;
    for (const action of this.#beforeAnswer) if (!action(status)) return false;
    this.response.writeHead(status, {
      'content-type': contentType,
      'cache-control': 'no-cache, private',
      ...headers,
    });
    return true;
  }
}

/** Writes texts in pieces of about 64 KiB, and waits while the client does not read. */
export async function writeAll(response: ServerResponse, texts: Iterable<string>): Promise<void> {
  let piece: string[] = [];
  let length = 0;
  for (const text of texts) {
    piece.push(text);
    length += text.length;
    if (length < CHUNK) continue;
    if (!(await write(response, piece.join('')))) return;
    piece = [];
    length = 0;
  }
  if (piece.length > 0) await write(response, piece.join(''));
}

/** @returns false if the client has gone */
async function write(response: ServerResponse, text: string): Promise<boolean> {
  if (response.destroyed) return false;
  if (response.write(text)) return true;
  const closed = new AbortController();
  const onClose = (): void => {
    closed.abort();
  };
  response.once('close', onClose);
  try {
    await once(response, 'drain', { signal: closed.signal });
    return true;
  } catch (error) {
    if (closed.signal.aborted) return false;
    throw error;
  } finally {
    response.off('close', onClose);
  }
}
