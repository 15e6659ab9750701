import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { EmulatorOptions } from '../emulator.ts';
import { LIKE_NGINX } from '../http-options.ts';
import { answerHtml } from './answers.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const TLS_HANDSHAKE = 0x16;

/**
 * A server that lets only clients with a certificate of the configured CA through. As in nginx, the TLS handshake
 * itself always succeeds; whoever may not come in gets a 400 in HTML.
 */
export function createMutualTlsServer(
  tls: NonNullable<EmulatorOptions['adminTls']>,
  handler: Handler,
): Server {
  const plain = createHttpServer((request, response) => {
    request.resume();
    answerHtml(response, 400, 'The plain HTTP request was sent to HTTPS port', true);
  });
  const secure = createHttpsServer(
    {
      ...LIKE_NGINX,
      cert: tls.certificate,
      key: tls.key,
      ca: tls.clientCa,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      const refusal = refusalOf(request.socket as TLSSocket);
      if (refusal === undefined) {
        handler(request, response);
        return;
      }
      request.resume();
      answerHtml(response, 400, refusal, true);
    },
  );
  secure.on('tlsClientError', (_error, socket) => {
    socket.destroy();
  });
  return createServer((socket: Socket) => {
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? secure : plain).emit('connection', socket);
      process.nextTick(() => {
        socket.resume();
      });
    });
  });
}

function refusalOf(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? 'No required SSL certificate was sent' : 'The SSL certificate error';
}
