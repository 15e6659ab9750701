import type { Readable } from 'node:stream';
import type { Clock } from '@silverback/clock';
import { SilverbackError } from '@silverback/errors';
import type { Payload } from '@silverback/kong-configuration';
import { assertTokenAllowed, type TlsIdentity } from '@silverback/transport-security';
import { discard, readText } from './answer.ts';
import { defaultLimits, defaultTimeouts, type AdminLimits, type AdminTimeouts } from './bounds.ts';
import { readOutcome } from './config-outcome.ts';
import { makeConnection, urlHost, type Connection } from './connections.ts';
import type { AdminApi, ConfigOutcome, NodeInformation, NodeStatus, SendOptions } from './contract.ts';
import { explainFailedAnswer } from './failed-answer.ts';
import { readInformation, readStatus } from './node-answers.ts';
import { answerTimedOut, clientClosed, explainRequestError, requestAborted } from './request-error.ts';
import { Upload } from './upload.ts';

export interface AdminClientOptions {
  readonly protocol: 'https' | 'http';
  /** Address to dial: an IP address (IPv6 without brackets) or a host name. */
  readonly host: string;
  readonly port: number;
  /** Required for https. */
  readonly identity?: TlsIdentity;
  /** The name that the certificate must carry, where the identity names none. */
  readonly serverName?: string;
  /** Sent as `Kong-Admin-Token`. */
  readonly token?: string;
  /** Path that is asked for the status; `/status` unless given. */
  readonly livenessPath?: string;
  readonly clock: Clock;
  readonly limits?: Partial<AdminLimits>;
  readonly timeouts?: Partial<AdminTimeouts>;
}

/** How much larger than the request a 201 may be: three times was observed, defaults that Kong fills in included. */
const answerFactor = 8;

/**
 * The Admin API of one proxy over two connections of HTTP/1.1: one for `POST /config` only, one for the rest.
 */
export class AdminClient implements AdminApi {
  readonly address: string;
  readonly #uploads: Connection;
  readonly #queries: Connection;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #livenessPath: string;
  readonly #clock: Clock;
  readonly #limits: AdminLimits;
  readonly #timeouts: AdminTimeouts;

  /**
   * @throws SilverbackError `TlsIdentityMissing` for https without an identity, `TokenOverPlainHttp` for a token over
   * plain http to another machine
   */
  constructor(options: AdminClientOptions) {
    const { protocol, host, port, token } = options;
    this.address = `${urlHost(host)}:${port}`;
    if (protocol === 'https' && options.identity === undefined) {
      throw new SilverbackError('TlsIdentityMissing', {
        message: 'https needs a CA to verify the proxy with',
        where: this.address,
      });
    }
    if (token !== undefined) assertTokenAllowed(protocol, host);
    this.#headers = token === undefined ? {} : { 'kong-admin-token': token };
    this.#livenessPath = options.livenessPath ?? '/status';
    this.#clock = options.clock;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
    const endpoint = {
      ...options,
      identity: protocol === 'https' ? options.identity : undefined,
      connectMs: this.#timeouts.connectMs,
    };
    this.#uploads = makeConnection(endpoint);
    this.#queries = makeConnection(endpoint);
  }

  async information(signal?: AbortSignal): Promise<NodeInformation> {
    return readInformation(await this.#get('/', signal), this.address);
  }

  async status(signal?: AbortSignal): Promise<NodeStatus> {
    return readStatus(await this.#get(this.#livenessPath, signal), this.address);
  }

  /** `durationMs` counts from the last byte that was handed over to the first line of the answer. */
  async sendConfiguration(payload: Payload, options: SendOptions): Promise<ConfigOutcome> {
    const startedAt = this.#clock.now();
    const upload = new Upload({
      payload,
      clock: this.#clock,
      timeouts: this.#timeouts,
      address: this.address,
      isConnected: this.#uploads.isConnected,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onSent === undefined ? {} : { onSent: options.onSent }),
    });
    try {
      const { statusCode, headers, body } = await this.#uploads.pool.request({
        path: configPath(options),
        method: 'POST',
        headers: {
          ...this.#headers,
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
        const limit = answerFactor * payload.byteLength + this.#limits.discardedBytes;
        await discard(body, limit, this.#timeouts.discardMs, this.#clock);
        return { type: statusCode === 201 ? 'accepted' : 'unchanged', durationMs };
      }
      const bytes = statusCode === 400 ? this.#limits.refusalBytes : this.#limits.answerBytes;
      const text = await readText(body, bytes, this.address);
      return readOutcome({ status: statusCode, headers, text }, this.#clock, this.address);
    } catch (error) {
      throw explainRequestError(error, this.address);
    } finally {
      upload.stop();
    }
  }

  async close(): Promise<void> {
    const reason = clientClosed(this.address);
    await Promise.all([this.#uploads.pool.destroy(reason), this.#queries.pool.destroy(reason)]);
  }

  async #get(path: string, signal: AbortSignal | undefined): Promise<string> {
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
      const { statusCode, headers, body } = await this.#queries.pool.request({
        path,
        method: 'GET',
        headers: this.#headers,
        signal: abort.signal,
      });
      const text = await readText(body, this.#limits.answerBytes, this.address);
      if (statusCode === 200) return text;
      throw explainFailedAnswer({ status: statusCode, headers, text }, this.address);
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
