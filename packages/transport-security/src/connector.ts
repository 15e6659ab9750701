import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { buildConnector } from 'undici';
import type { TlsIdentity } from './contract.ts';

export interface ConnectorOptions {
  /** Who we are and whom we trust; undefined means plain http. */
  readonly identity: TlsIdentity | undefined;
  /** Address to dial: an IP address (IPv6 without brackets) or a host name. */
  readonly host: string;
  readonly port: number;
  /** The name that the certificate must carry, where the identity names none. */
  readonly serverName?: string;
  /** Time for the connection and the TLS handshake, in ms. undici checks it about twice a second. */
  readonly timeoutMs: number;
}

/**
 * Makes a connector for undici that dials one address and verifies one name, whatever the URL of a request says.
 *
 * The name is the identity's, else `serverName`, else the dialled host; an IP address is looked up in the certificate's
 * IP names, and no SNI is sent for it. Only the CAs of the identity count. TLS sessions are not resumed: undici would
 * share them between all proxies of the same name, and a resumed session carries the old client certificate.
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
  const name = identity.serverName ?? options.serverName ?? host;
  const dial = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    maxCachedSessions: 0,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ca: identity.ca,
    ...(identity.certificate === undefined ? {} : { cert: identity.certificate }),
    ...(identity.key === undefined ? {} : { key: identity.key }),
    checkServerIdentity: (_dialled, certificate) => checkServerIdentity(name, certificate),
  });
  const sni = isIP(name) === 0 ? { servername: name } : {};
  return (_request, callback) => {
    dial({ ...target, protocol: 'https:', ...sni }, callback);
  };
}
