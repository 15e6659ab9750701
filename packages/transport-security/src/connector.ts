import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, createSecureContext, type PeerCertificate, type SecureContext } from 'node:tls';
import { SilverbackError } from '@silverback/errors';
import { buildConnector } from 'undici';
import { publicKeySha256 } from './certificates.ts';
import type { TlsIdentity } from './contract.ts';

export interface ConnectorOptions {
  /** Who we are and whom we trust; undefined means plain http. */
  readonly identity: TlsIdentity | undefined;
  /** Address to dial: an IP address (IPv6 without brackets) or a host name. */
  readonly host: string;
  readonly port: number;
  /** The name that the certificate must carry, where the identity names none. From settings, never from DNS or a slice. */
  readonly serverName?: string;
  /** Time for the connection and the TLS handshake, in ms. undici checks it about twice a second. */
  readonly timeoutMs: number;
}

/**
 * Makes a connector for undici that dials one address and verifies one name, whatever the URL of a request says.
 *
 * The name is the identity's, else `serverName`; an IP address is looked up in the certificate's IP names, and no SNI is
 * sent for it. Only the CAs of the identity count. Where keys are pinned, the server's must be one of them, besides a
 * good chain and name. TLS sessions are not resumed: undici would share them between all proxies of the same name, and
 * a resumed session carries the old client certificate.
 *
 * @throws SilverbackError `TlsServerNameUnknown` if there is no name: the dialled address may come from anybody
 */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const { identity, host, port, timeoutMs } = options;
  const target = { hostname: host, host: '', port: String(port) };
  if (identity === undefined) {
    const dial = buildConnector({ timeout: timeoutMs });
    return (_request, callback) => {
      dial({ ...target, protocol: 'http:' }, callback);
    };
  }
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const name = identity.serverName ?? options.serverName;
  if (name === undefined) {
    const message = 'there is no name to verify the certificate with';
    throw new SilverbackError('TlsServerNameUnknown', { message, where });
  }
  const dial = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    maxCachedSessions: 0,
    rejectUnauthorized: true,
    secureContext: contextOf(identity),
    // Node asks this after it has verified the chain.
    checkServerIdentity: (_dialled, certificate) =>
      checkName(name, certificate, where) ?? checkPin(identity, certificate, where),
  });
  // Without a final dot (RFC 6066, 3): some servers end the handshake for one.
  const sni = isIP(name) === 0 ? { servername: name.replace(/\.$/, '') } : {};
  return (_request, callback) => {
    dial({ ...target, protocol: 'https:', ...sni }, (...result) => {
      keepFirstError(result[1]);
      callback(...result);
    });
  };
}

/**
 * With TLS 1.3 a server refuses a client certificate after the handshake: an alert, and the end of the connection right
 * behind it. undici takes the last word for the reason, which would be that the other side ended the connection.
 */
function keepFirstError(socket: Duplex | null): void {
  socket?.once('error', () => socket.destroy());
}

const contexts = new WeakMap<TlsIdentity, SecureContext>();

/**
 * One context for all connections of an identity: each one of its own would read the PEM texts anew, and keep its own
 * store of CAs in memory as long as the connection stands.
 */
function contextOf(identity: TlsIdentity): SecureContext {
  const known = contexts.get(identity);
  if (known) return known;
  const context = createSecureContext({
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ca: identity.ca,
    // A bundle may hold an intermediate CA alone: what stands in it is trusted, whoever has signed it.
    allowPartialTrustChain: true,
    ...(identity.certificate === undefined ? {} : { cert: identity.certificate }),
    ...(identity.key === undefined ? {} : { key: identity.key }),
  });
  contexts.set(identity, context);
  return context;
}

/** Where there are no alternative names Node takes the common name for one, which no CA has to look at (RFC 9525, 2). */
function checkName(name: string, certificate: PeerCertificate, where: string): Error | undefined {
  if (certificate.subjectaltname !== undefined) return checkServerIdentity(name, certificate);
  const message = `the certificate has no alternative names (SAN), and its common name does not count; expected is ${name}`;
  return new SilverbackError('TlsServerNameMismatch', { message, where });
}

function checkPin(
  { serverPublicKeySha256: pins }: TlsIdentity,
  certificate: PeerCertificate,
  where: string,
): SilverbackError | undefined {
  if (pins === undefined) return undefined;
  const found = publicKeySha256(certificate.raw);
  if (pins.includes(found)) return undefined;
  const message = `the proxy's public key has the SHA-256 ${found}, which is not pinned`;
  return new SilverbackError('TlsServerPublicKeyMismatch', { message, where });
}
