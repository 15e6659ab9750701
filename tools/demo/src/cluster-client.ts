import { request } from 'node:https';
import { text } from 'node:stream/consumers';

const TIMEOUT_MS = 5_000;

/** Sends requests to an API server that a kubeconfig with a token names. */
export class ClusterClient {
  readonly #server: string;
  readonly #ca: string;
  readonly #token: string;

  private constructor(server: string, ca: string, token: string) {
    this.#server = server;
    this.#ca = ca;
    this.#token = token;
  }

  /** @param kubeconfig - the text that the cluster emulator wrote */
  static of(kubeconfig: string): ClusterClient {
    const field = (name: string): string => {
      const value = new RegExp(`^ *${name}: (?:>-\\n *)?(\\S+)$`, 'm').exec(kubeconfig)?.[1];
      if (value === undefined) throw new Error(`the kubeconfig has no ${name}`);
      return value;
    };
    const ca = Buffer.from(field('certificate-authority-data'), 'base64').toString('utf8');
    return new ClusterClient(field('server'), ca, field('token'));
  }

  /**
   * Sends one request.
   *
   * @param body - YAML, to be applied
   * @returns the answer as JSON
   * @throws Error when the server can't be reached, or refuses, with its words
   */
  async send(method: 'GET' | 'PATCH' | 'DELETE', path: string, body?: string): Promise<unknown> {
    const { status, answer } = await this.#exchange(method, path, body);
    if (status < 300) return JSON.parse(answer) as unknown;
    throw new Error(`${method} ${path} was answered ${status}: ${answer}`);
  }

  #exchange(method: string, path: string, body?: string): Promise<{ status: number; answer: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#server}${path}`, {
        method,
        ca: this.#ca,
        agent: false,
        timeout: TIMEOUT_MS,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body !== undefined && { 'content-type': 'application/apply-patch+yaml' }),
        },
      });
      sent.on('response', (response) => {
        text(response).then((answer) => {
          resolve({ status: response.statusCode ?? 0, answer });
        }, reject);
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
