import { createServer } from 'node:http';
import { receiveBody } from './admin/body.ts';
import { Listener } from './listener.ts';

/** An HTTP server that answers with what it was asked. */
export interface EchoBackend {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface EchoOptions {
  /** Comes back as `backend`. */
  readonly name: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
}

/** Starts a backend that answers 200 with `{backend, method, path, host, headers, body}` in JSON. */
export async function startEchoBackend({
  name,
  port = 0,
  host = '127.0.0.1',
}: EchoOptions): Promise<EchoBackend> {
  const server = () =>
    createServer((request, response) => {
      void receiveBody(request, Infinity).then((body) => {
        const { method, url: path, headers } = request;
        const answer = {
          backend: name,
          method,
          path,
          host: headers.host,
          headers,
          body: body.bytes.toString(),
        };
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(answer));
      });
    });
  const listener = new Listener(server, host, port);
  await listener.open();
  return { url: `http://${host}:${listener.port}`, port: listener.port, close: () => listener.close() };
}
