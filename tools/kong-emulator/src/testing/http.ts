import { Agent as HttpAgent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Question extends RequestOptions {
  readonly body?: string | Buffer;
}

/** Sends exactly what is given: no content type, no redirect, a new connection. */
export function ask(url: string, { body, ...options }: Question = {}): Promise<Answer> {
  const secure = url.startsWith('https:');
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = (secure ? httpsRequest : httpRequest)(
    url,
    { agent: secure ? new HttpsAgent() : new HttpAgent(), ...options },
    (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    },
  );
  request.once('error', reject);
  request.end(body);
  return promise;
}

/** The JSON of an answer. */
export function jsonOf(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.text) as Record<string, unknown>;
}
