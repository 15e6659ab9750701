import { createSecureServer } from 'node:http2';
import { createServer } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { RequestListener } from 'node:http';
import { createIdentity, type AdminAccess, type Credentials } from '@silverback/transport-security';
import type { AdminClient, AdminClientOptions } from './index.ts';
import { makeAuthority } from '@silverback/transport-security/testing';
import { connect, listen, payloadOf, serve, serveTls, stopAll } from './testing/fake-kong.ts';

afterEach(stopAll);

const authority = await makeAuthority('admin CA');
const stranger = await makeAuthority('stranger');
const server = await authority.issue({ dns: ['kong-admin.kong.svc'] });
const client = await authority.issue({});
const options = { cert: server.certificate, key: server.key, requestCert: true, rejectUnauthorized: false };
const payload = payloadOf([Buffer.from('{}')]);

/** As nginx with ssl_verify_client: TLS succeeds without a good certificate, the answer then is a page. */
const listener: RequestListener = (request, response) => {
  const socket = request.socket as TLSSocket;
  request.resume();
  if (socket.authorized) {
    response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    return;
  }
  const shown = Object.keys(socket.getPeerCertificate()).length > 0;
  const words = shown ? 'The SSL certificate error' : 'No required SSL certificate was sent';
  response.writeHead(400, { 'content-type': 'text/html' });
  response.end(`<html><head><title>400 ${words}</title></head><body><center>${words}</center></body></html>`);
};

function dial(
  port: number,
  credentials: Partial<Credentials> = {},
  more: Partial<AdminClientOptions> = {},
): AdminClient {
  const identity = createIdentity({ ca: authority.pem, ...credentials }, { generation: 1, now: new Date() });
  const access = (): AdminAccess => ({ generation: 1, identity, headers: {} });
  return connect(port, { protocol: 'https', access, serverName: 'kong-admin.kong.svc', ...more });
}

function push(admin: AdminClient): Promise<unknown> {
  return admin.sendConfiguration(payload, { checkHash: true, flattenErrors: true });
}

test('with a good client certificate and the right name the configuration arrives', async () => {
  const port = await serveTls({ ...options, ca: authority.pem }, listener);
  expect(await push(dial(port, client))).toMatchObject({ type: 'accepted' });
});

test('without a client certificate, and with one of another CA, authentication has failed', async () => {
  const port = await serveTls({ ...options, ca: authority.pem }, listener);
  await expect(push(dial(port))).rejects.toMatchObject({
    code: 'AdminAuthenticationFailed',
    message: expect.stringContaining('none was sent') as string,
  });
  await expect(push(dial(port, await stranger.issue({})))).rejects.toMatchObject({
    code: 'AdminAuthenticationFailed',
    message: expect.stringContaining('does not trust') as string,
  });
  await expect(dial(port).status()).rejects.toMatchObject({ code: 'AdminAuthenticationFailed' });
});

test('another name in the certificate is refused before anything is sent', async () => {
  let requests = 0;
  const port = await serveTls({ ...options, ca: authority.pem }, () => {
    requests += 1;
  });
  let sent = false;
  const admin = dial(port, client, { serverName: 'other.kong.svc' });
  const pushing = admin.sendConfiguration(payload, {
    checkHash: true,
    flattenErrors: true,
    onSent: () => (sent = true),
  });
  await expect(pushing).rejects.toMatchObject({ code: 'TlsServerNameMismatch', where: admin.address });
  expect([requests, sent]).toEqual([0, false]);
});

test('an unknown CA and an expired certificate are told apart', async () => {
  const foreign = await stranger.issue({ dns: ['kong-admin.kong.svc'] });
  const unknown = await serveTls({ cert: foreign.certificate, key: foreign.key }, listener);
  await expect(push(dial(unknown))).rejects.toMatchObject({ code: 'TlsServerUntrusted' });
  const old = await authority.issue({ dns: ['kong-admin.kong.svc'] }, { fromDays: -3, toDays: -1 });
  const expired = await serveTls({ cert: old.certificate, key: old.key }, listener);
  await expect(push(dial(expired))).rejects.toMatchObject({ code: 'TlsServerCertificateExpired' });
});

test('https to a plain port and plain http to a TLS port are told apart', async () => {
  const plain = await serve(listener);
  await expect(push(dial(plain))).rejects.toMatchObject({ code: 'TlsNotSpoken' });
  const page = '<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>';
  const nginx = await listen(
    createServer((socket) => {
      socket.once('data', () => {
        socket.end(
          `HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
        );
      });
    }),
  );
  await expect(push(connect(nginx))).rejects.toMatchObject({ code: 'AdminPlainHttpOnTls' });
});

test('what is not HTTP is unreadable', async () => {
  const port = await listen(createServer((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n'))));
  await expect(push(connect(port))).rejects.toMatchObject({ code: 'AdminAnswerUnreadable' });
});

test('HTTP/1.1 is spoken, also to a proxy that offers HTTP/2', async () => {
  const versions: string[] = [];
  const offering = createSecureServer(
    { cert: server.certificate, key: server.key, allowHTTP1: true },
    (request, response) => {
      versions.push(request.httpVersion);
      request.resume();
      response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    },
  );
  const port = await listen(offering);
  expect(await push(dial(port))).toMatchObject({ type: 'accepted' });
  expect(versions).toEqual(['1.1']);
});
