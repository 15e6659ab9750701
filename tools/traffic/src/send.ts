import { Agent as HttpAgent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Common name of the server's certificate. */
  readonly certificate?: string;
}

export interface Question {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly serverName?: string;
  readonly body?: string;
}

/** Sends a request to a listener, on a connection of its own and exactly as it is given. */
export function send(listener: string, question: Question): Promise<Answer> {
  const { method = 'GET', path = '/', headers = {}, serverName = '', body } = question;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { protocol, hostname, port } = new URL(listener);
  const isTls = protocol === 'https:';
  const request = (isTls ? httpsRequest : httpRequest)(
    {
      hostname,
      port,
      method,
      path,
      headers: headers as Record<string, string | string[]>,
      // What certificate is shown is for the case to judge.
      ...(isTls ? { agent: new HttpsAgent(), servername: serverName, rejectUnauthorized: false } : {}),
      ...(isTls ? {} : { agent: new HttpAgent() }),
    },
    (response) => {
      const certificate = commonName(response.socket);
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.once('error', reject);
      response.once('end', () => {
        const { statusCode: status = 0 } = response;
        resolve({
          status,
          headers: response.headers,
          text,
          ...(certificate !== undefined && { certificate }),
        });
      });
    },
  );
  request.once('error', reject);
  request.end(body);
  return promise;
}

function commonName(socket: unknown): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const { CN: name } = socket.getPeerCertificate().subject;
  return typeof name === 'string' ? name : undefined;
}
