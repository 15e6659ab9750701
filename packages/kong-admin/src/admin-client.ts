import type { Readable } from 'node:stream';
import type { Clock } from '@silverback/clock';
import { isSilverbackError, type Code } from '@silverback/errors';
import type { Payload } from '@silverback/kong-configuration';
import type { AdminAccess } from '@silverback/transport-security';
import { discard, isPage, readText, type Answer } from './answer.ts';
import { defaultLimits, defaultTimeouts, type AdminLimits, type AdminTimeouts } from './bounds.ts';
import { readCutOutcome, readOutcome } from './config-outcome.ts';
import { Connections, urlHost, type Connection, type Generation } from './connections.ts';
import type { AdminApi, ConfigOutcome, NodeInformation, NodeStatus, SendOptions } from './contract.ts';
import { explainFailedAnswer } from './failed-answer.ts';
import { readInformation, readStatus } from './node-answers.ts';
import { asObject, decodeJson } from './json-value.ts';
import { readRefusalMessage } from './refusal.ts';
import { answerTimedOut, clientClosed, explainRequestError, requestAborted } from './request-error.ts';
import { Upload } from './upload.ts';

export interface AdminClientOptions {
  readonly protocol: 'https' | 'http';
  /** Address to dial: an IP address (IPv6 without brackets) or a host name. */
  readonly host: string;
  readonly port: number;
  /**
   * Who we are and whom we trust, asked before each request: a new generation gets new connections, and requests under
   * way finish on the old ones. Without it there is plain http without a token.
   */
  readonly access?: () => AdminAccess;
  /** The name that the certificate must carry, where the identity names none. */
  readonly serverName?: string;
  /** Path that is asked for the status; `/status` unless given. */
  readonly livenessPath?: string;
  readonly clock: Clock;
  readonly limits?: Partial<AdminLimits>;
  readonly timeouts?: Partial<AdminTimeouts>;
}

const noAccess: AdminAccess = { generation: 0, headers: {} };

type Question =
  | { readonly method: 'GET'; readonly path: string }
  | { readonly method: 'POST'; readonly path: string; readonly body: string };

/** How much larger than the request a 201 may be: three times was observed, defaults that Kong fills in included. */
const answerFactor = 8;

/** What credentials that are no longer the current ones may cause. */
const rollCodes: ReadonlySet<Code> = new Set<Code>([
  'AdminAuthenticationFailed',
  'AdminForbidden',
  'TlsClientCertificateRefused',
  'TlsServerUntrusted',
  'TlsServerPublicKeyMismatch',
]);

/**
 * The Admin API of one proxy over two connections of HTTP/1.1: one for `POST /config` only, one for the rest.
 */
export class AdminClient implements AdminApi {
  readonly address: string;
  readonly #connections: Connections;
  readonly #livenessPath: string;
  readonly #clock: Clock;
  readonly #limits: AdminLimits;
  readonly #timeouts: AdminTimeouts;
  readonly #onDisconnect: (() => void)[] = [];

  /**
   * @throws SilverbackError `TlsIdentityMissing` for https without an identity, `TlsServerNameUnknown` for https without
   * a name to verify, `TokenOverPlainHttp` for secret headers over plain http to another machine
   */
  constructor(options: AdminClientOptions) {
    const { protocol, host, port, access = () => noAccess, serverName } = options;
    this.address = `${urlHost(host)}:${port}`;
    this.#livenessPath = options.livenessPath ?? '/status';
    this.#clock = options.clock;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
    const { connectMs } = this.#timeouts;
    this.#connections = new Connections({
      protocol,
      host,
      port,
      access,
      connectMs,
      onQueriesBroken: () => {
        for (const listener of this.#onDisconnect) listener();
      },
      ...(serverName !== undefined && { serverName }),
    });
  }

  async information(signal?: AbortSignal): Promise<NodeInformation> {
    return readInformation(await this.#query('/', signal), this.address);
  }

  async status(signal?: AbortSignal): Promise<NodeStatus> {
    return readStatus(await this.#query(this.#livenessPath, signal), this.address);
  }

  async checkEntity(type: string, entity: object, signal?: AbortSignal): Promise<string | undefined> {
    const request = {
      method: 'POST',
      path: `/schemas/${type}/validate`,
      body: JSON.stringify(entity),
    } as const;
    return this.#withCurrent(async ({ queries, headers }) => {
      const answer = await this.#ask(queries, headers, request, signal);
      if (answer.status === 200 || answer.status === 404) return undefined;
      const decoded =
        answer.status === 400 && !isPage(answer) ? asObject(decodeJson(answer.text)) : undefined;
      if (decoded === undefined) throw explainFailedAnswer(answer, this.address);
      return readRefusalMessage(decoded);
    });
  }

  /** Asks for the status on the connection for uploads, unless that stands already. */
  async connect(signal?: AbortSignal): Promise<void> {
    await this.#withCurrent(async ({ uploads, headers }) => {
      if (uploads.isConnected()) return;
      readStatus(await this.#get(uploads, headers, this.#livenessPath, signal), this.address);
    });
  }

  standing(): string | undefined {
    return this.#connections.standing();
  }

  onDisconnect(listener: () => void): void {
    this.#onDisconnect.push(listener);
  }

  /** `durationMs` counts from the last byte that was handed over to the first line of the answer. */
  async sendConfiguration(payload: Payload, options: SendOptions): Promise<ConfigOutcome> {
    let isSent = false;
    const onSent = (): void => {
      if (!isSent) options.onSent?.();
      isSent = true;
    };
    return this.#withCurrent((generation) => this.#send(generation, payload, { ...options, onSent }));
  }

  async close(): Promise<void> {
    await this.#connections.destroy(clientClosed(this.address));
  }

  /** Tries once more, with the newest credentials, what failed because they were being replaced. */
  async #withCurrent<T>(attempt: (generation: Generation) => Promise<T>): Promise<T> {
    const generation = this.#connections.current();
    try {
      return await attempt(generation);
    } catch (error) {
      const mayBeDueToRoll = isSilverbackError(error) && rollCodes.has(error.code);
      if (!mayBeDueToRoll || !this.#connections.isOutdated(generation)) throw error;
    }
    return attempt(this.#connections.current());
  }

  async #send(
    { uploads, headers: secrets }: Generation,
    payload: Payload,
    options: SendOptions,
  ): Promise<ConfigOutcome> {
    const startedAt = this.#clock.now();
    const upload = new Upload({
      payload,
      clock: this.#clock,
      timeouts: this.#timeouts,
      address: this.address,
      isConnected: uploads.isConnected,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onSent === undefined ? {} : { onSent: options.onSent }),
      ...(options.maySend === undefined ? {} : { maySend: options.maySend }),
    });
    try {
      const { statusCode, headers, body } = await uploads.client.request({
        path: configPath(options),
        method: 'POST',
        headers: {
          ...secrets,
          'content-type': 'text/yaml',
          'content-length': String(payload.byteLength),
        },
        // undici takes any iterable; its types name only streams, which would read ahead.
        body: upload.slices() as unknown as Readable,
        signal: upload.signal,
      });
      const durationMs = this.#clock.now() - (upload.sentAt ?? startedAt);
      if (statusCode === 201 || statusCode === 304) {
        upload.stop();
        const { discardedBytes, discardFloorBytes: floor } = this.#limits;
        const most = answerFactor * payload.byteLength + discardedBytes;
        await discard(body, { most, floor, everyMs: this.#timeouts.discardMs }, this.#clock);
        return { type: statusCode === 201 ? 'accepted' : 'unchanged', durationMs };
      }
      upload.answerBegins();
      const bytes = statusCode === 400 ? this.#limits.refusalBytes : this.#limits.answerBytes;
      const answer = { status: statusCode, headers };
      return await readText(body, bytes, this.address).then(
        (text) => readOutcome({ ...answer, text }, this.#clock, this.address),
        (error: unknown) => readCutOutcome(answer, error, this.#clock, this.address),
      );
    } catch (error) {
      throw explainRequestError(error, this.address);
    } finally {
      upload.stop();
    }
  }

  #query(path: string, signal: AbortSignal | undefined): Promise<string> {
    return this.#withCurrent(({ queries, headers }) => this.#get(queries, headers, path, signal));
  }

  async #get(
    connection: Connection,
    secrets: Generation['headers'],
    path: string,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const answer = await this.#ask(connection, secrets, { method: 'GET', path }, signal);
    if (answer.status === 200) return answer.text;
    throw explainFailedAnswer(answer, this.address);
  }

  async #ask(
    { client }: Connection,
    secrets: Generation['headers'],
    question: Question,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const abort = new AbortController();
    const onAbort = (): void => {
      abort.abort(requestAborted(this.address));
    };
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort);
    const { requestMs } = this.#timeouts;
    const cancel = this.#clock.schedule(requestMs, () => {
      abort.abort(answerTimedOut(this.address, requestMs));
    });
    try {
      const { statusCode, headers, body } = await client.request({
        ...question,
        headers: { ...secrets, ...(question.method === 'POST' && { 'content-type': 'application/json' }) },
        signal: abort.signal,
      });
      const text = await readText(body, this.#limits.answerBytes, this.address);
      return { status: statusCode, headers, text };
    } catch (error) {
      throw explainRequestError(error, this.address);
    } finally {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    }
  }
}

function configPath({ checkHash, flattenErrors }: SendOptions): string {
  const flags = [...(checkHash ? ['check_hash=1'] : []), ...(flattenErrors ? ['flatten_errors=1'] : [])];
  return flags.length === 0 ? '/config' : `/config?${flags.join('&')}`;
}
