import { createHash, X509Certificate } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { createServer as createTcpServer, type Server } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { isSilverbackError } from '@silverback/errors';
import {
  createConnector,
  createIdentity,
  explainConnectionError,
  type ConnectorOptions,
  type TlsIdentity,
} from './index.ts';
import { makeAuthority, type Issued } from './testing.ts';
import { get, listen } from './testing/servers.ts';

const authority = await makeAuthority('test CA');
const named = await authority.issue({ dns: ['kong-admin.kong.svc'], ip: ['127.0.0.1'] });
const client = await authority.issue({});
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function start(server: Server): Promise<number> {
  const { port, stop } = await listen(server);
  stops.push(stop);
  return port;
}

/** Answers with the SNI name and whether the client showed a trusted certificate. */
function startTls(issued: Issued, options: ServerOptions = {}): Promise<number> {
  return start(
    createHttpsServer({ cert: issued.certificate, key: issued.key, ...options }, (request, response) => {
      const socket = request.socket as TLSSocket;
      response.end(`sni=${String(socket.servername)} client=${socket.authorized}`);
    }),
  );
}

function dial(
  port: number,
  options: Partial<ConnectorOptions> & { fleetName?: string } = {},
): Promise<string> {
  const { fleetName, ...rest } = options;
  const identity = createIdentity(
    { ca: authority.pem, ...client },
    { generation: 1, now: new Date(), ...(fleetName === undefined ? {} : { serverName: fleetName }) },
  );
  return get(
    createConnector({ identity, host: '127.0.0.1', serverName: '127.0.0.1', port, timeoutMs: 5000, ...rest }),
  );
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const explained = await attempt.then(
    () => undefined,
    (error: unknown) => explainConnectionError(error, 'the proxy'),
  );
  if (explained === undefined) return 'connected';
  expect(explained.where).toMatch(/^the proxy$|^127\.0\.0\.1:\d+$/);
  expect(isSilverbackError(explained.cause)).toBe(false);
  return explained.code;
}

test("the fleet's name counts before the member's", async () => {
  const port = await startTls(named);
  expect(await dial(port, { fleetName: 'kong-admin.kong.svc', serverName: 'other' })).toContain(
    'sni=kong-admin.kong.svc',
  );
  expect(await dial(port, { serverName: 'kong-admin.kong.svc' })).toContain('sni=kong-admin.kong.svc');
  expect(await codeOf(dial(port, { fleetName: 'other', serverName: 'kong-admin.kong.svc' }))).toBe(
    'TlsServerNameMismatch',
  );
});

test('an address that was only discovered is no name to verify', async () => {
  const port = await startTls(named);
  const identity = createIdentity({ ca: authority.pem }, { generation: 1, now: new Date() });
  const target = { identity, host: '127.0.0.1', port, timeoutMs: 5000 };
  expect(() => createConnector(target)).toThrow('there is no name to verify the certificate with');
});

test('an address is looked up among the IP names, and no SNI is sent for it', async () => {
  const port = await startTls(named);
  expect(await dial(port)).toContain('sni=false');
  const nameOnly = await authority.issue({ dns: ['kong-admin.kong.svc'] });
  expect(await codeOf(dial(await startTls(nameOnly)))).toBe('TlsServerNameMismatch');
});

test('the final dot of an absolute name is not sent', async () => {
  const port = await startTls(named);
  expect(await dial(port, { serverName: 'kong-admin.kong.svc.' })).toContain(
    'sni=kong-admin.kong.svc client',
  );
});

test('a common name is no name', async () => {
  const common = await authority.issue({ common: 'kong-admin.kong.svc' });
  const attempt = dial(await startTls(common), { serverName: 'kong-admin.kong.svc' });
  await expect(attempt).rejects.toMatchObject({ code: 'TlsServerNameMismatch' });
});

test('the client certificate is shown', async () => {
  const port = await startTls(named, { requestCert: true, ca: authority.pem, rejectUnauthorized: true });
  expect(await dial(port)).toContain('client=true');
});

test('a server that insists on a client certificate refuses a connection without one', async () => {
  const port = await startTls(named, { requestCert: true, ca: authority.pem, rejectUnauthorized: true });
  const identity = createIdentity({ ca: authority.pem }, { generation: 1, now: new Date() });
  expect(await codeOf(dial(port, { identity }))).toBe('TlsClientCertificateRefused');
});

test('only the CAs of the bundle count', async () => {
  const stranger = await makeAuthority('stranger');
  const foreign = await stranger.issue({ ip: ['127.0.0.1'] });
  expect(await codeOf(dial(await startTls(foreign)))).toBe('TlsServerUntrusted');
  const withRoot = { ...foreign, certificate: `${foreign.certificate}\n${stranger.pem}` };
  expect(await codeOf(dial(await startTls(withRoot)))).toBe('TlsServerUntrusted');
});

test('a bundle may hold an intermediate CA alone', async () => {
  const intermediate = await authority.intermediate('intermediate');
  const leaf = await intermediate.issue({ ip: ['127.0.0.1'] });
  const port = await startTls(leaf);
  expect(await codeOf(dial(port))).toBe('TlsServerUntrusted');
  const identity = createIdentity({ ca: intermediate.pem }, { generation: 1, now: new Date() });
  expect(await codeOf(dial(port, { identity }))).toBe('connected');
  const chain = { ...leaf, certificate: `${leaf.certificate}\n${intermediate.pem}` };
  expect(await codeOf(dial(await startTls(chain)))).toBe('connected');
});

test('a server certificate out of its time is told apart', async () => {
  const expired = await authority.issue({ ip: ['127.0.0.1'] }, { fromDays: -3, toDays: -1 });
  const upcoming = await authority.issue({ ip: ['127.0.0.1'] }, { fromDays: 1, toDays: 3 });
  expect(await codeOf(dial(await startTls(expired)))).toBe('TlsServerCertificateExpired');
  expect(await codeOf(dial(await startTls(upcoming)))).toBe('TlsServerCertificateNotYetValid');
});

test('TLS 1.3 is spoken where both can, TLS 1.2 where the server cannot do better', async () => {
  const protocols: (string | null)[] = [];
  const options = { cert: named.certificate, key: named.key };
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const port = await start(
      createHttpsServer({ ...options, maxVersion }, (request, response) => {
        protocols.push((request.socket as TLSSocket).getProtocol());
        response.end();
      }),
    );
    await dial(port);
  }
  expect(protocols).toEqual(['TLSv1.3', 'TLSv1.2']);
});

test('a pinned key is asked for beside a good chain and name, never instead', async () => {
  const pinOf = (issued: Issued): string =>
    createHash('sha256')
      .update(new X509Certificate(issued.certificate).publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');
  const pinned = (...serverPublicKeySha256: string[]): TlsIdentity =>
    createIdentity(
      { ca: authority.pem },
      { generation: 1, now: new Date(), serverPublicKeySha256, serverName: '127.0.0.1' },
    );
  const port = await startTls(named);
  expect(await dial(port, { identity: pinned('next one', pinOf(named)) })).toContain('client=');
  expect(await codeOf(dial(port, { identity: pinned(pinOf(client)) }))).toBe('TlsServerPublicKeyMismatch');
  expect(await codeOf(dial(port, { identity: pinned() }))).toBe('TlsServerPublicKeyMismatch');
  const foreign = await (await makeAuthority('stranger')).issue({ ip: ['127.0.0.1'] });
  const untrusted = await startTls(foreign);
  expect(await codeOf(dial(untrusted, { identity: pinned(pinOf(foreign)) }))).toBe('TlsServerUntrusted');
  const nameOnly = await authority.issue({ dns: ['kong-admin.kong.svc'] });
  const misnamed = await startTls(nameOnly);
  expect(await codeOf(dial(misnamed, { identity: pinned(pinOf(nameOnly)) }))).toBe('TlsServerNameMismatch');
});

test.each([
  [
    'RSA',
    {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
  ],
  ['EC', { name: 'ECDSA', namedCurve: 'P-384' }],
  ['Ed25519', { name: 'Ed25519' }],
])('a client and a server with %s keys in PKCS#8 connect', async (_kind, algorithm) => {
  const server = await authority.issue({ ip: ['127.0.0.1'] }, { algorithm });
  const own = await authority.issue({}, { algorithm });
  expect(own.key).toContain('BEGIN PRIVATE KEY');
  const port = await startTls(server, { requestCert: true, ca: authority.pem, rejectUnauthorized: true });
  const identity = createIdentity({ ca: authority.pem, ...own }, { generation: 1, now: new Date() });
  expect(await dial(port, { identity })).toContain('client=true');
});

test('TLS 1.1 is not spoken', async () => {
  const ciphers = 'ALL:@SECLEVEL=0';
  const port = await startTls(named, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers });
  // Not even where the machine's OpenSSL would allow it.
  const usual = tls.DEFAULT_CIPHERS;
  tls.DEFAULT_CIPHERS = ciphers;
  try {
    expect(await codeOf(dial(port))).toBe('TlsProtocolVersion');
  } finally {
    tls.DEFAULT_CIPHERS = usual;
  }
});

test('a plain http server behind an https address is told apart', async () => {
  const port = await start(createHttpServer((_request, response) => response.end('plain')));
  expect(await codeOf(dial(port))).toBe('TlsNotSpoken');
});

test('nobody at the port, a closed door, a silent one and an unknown host are told apart', async () => {
  const { port, stop } = await listen(createTcpServer());
  await stop();
  expect(await codeOf(dial(port))).toBe('ConnectionRefused');
  const slammed = await start(createTcpServer((socket) => socket.destroy()));
  expect(await codeOf(dial(slammed))).toBe('ConnectionReset');
  const silent = await start(createTcpServer());
  expect(await codeOf(dial(silent, { timeoutMs: 100 }))).toBe('ConnectionTimedOut');
  expect(await codeOf(dial(1, { host: 'proxy.invalid' }))).toBe('HostNotFound');
});

test('without an identity the connection is plain, whatever the URL says', async () => {
  const port = await start(createHttpServer((_request, response) => response.end('plain')));
  const connector = createConnector({ identity: undefined, host: '127.0.0.1', port, timeoutMs: 5000 });
  expect(await get(connector, 'http://ignored.test')).toBe('plain');
});

test('a session is never resumed, so that a new client certificate counts at once', async () => {
  const reused: boolean[] = [];
  const port = await start(
    createHttpsServer({ cert: named.certificate, key: named.key }, (request, response) => {
      reused.push((request.socket as TLSSocket).isSessionReused());
      response.end();
    }),
  );
  const identity = createIdentity({ ca: authority.pem }, { generation: 1, now: new Date() });
  const connector = createConnector({
    identity,
    host: '127.0.0.1',
    serverName: '127.0.0.1',
    port,
    timeoutMs: 5000,
  });
  await get(connector);
  await get(connector);
  expect(reused).toEqual([false, false]);
});

test('an error that nobody knows keeps its cause; one that is explained stays as it is', () => {
  const strange = new Error('strange');
  const explained = explainConnectionError(strange, 'the proxy');
  expect(explained).toMatchObject({ code: 'ConnectionFailed', message: 'strange', cause: strange });
  expect(explainConnectionError(explained, 'elsewhere')).toBe(explained);
});

test('a name with several addresses is explained by what its attempts say', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  expect(explainConnectionError(new AggregateError([refused, refused]), 'the proxy').code).toBe(
    'ConnectionRefused',
  );
});
