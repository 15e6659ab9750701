import { type JsonRecord, textOf } from '../json.ts';
import type { Peer } from './balancer.ts';
import type { ProxyExchange } from './exchange.ts';
import { texts } from './router.ts';

/**
 * How a service is spoken to over TLS: the name in the handshake, its own CA certificates, a client certificate. It
 * isn't verified if a real node would use an open connection again.
 */
export function tlsOptions(exchange: ProxyExchange, service: JsonRecord, peer: Peer, host: string): object {
  const servername = host.replace(/:\d+$/, '');
  const ca = texts(service['ca_certificates']).flatMap((id) => {
    const cert = exchange.table.entities.get('ca_certificates')?.get(id)?.['cert'];
    return typeof cert === 'string' ? [cert] : [];
  });
  const client = exchange.table.referred('certificates', service['client_certificate']);
  const isOpen = exchange.pool.has(connectionKey(service, peer, host));
  return {
    ...(client && { cert: textOf(client['cert']), key: textOf(client['key']) }),
    ...(/^[\d.:[\]]+$/.test(servername) ? {} : { servername }),
    rejectUnauthorized: service['tls_verify'] === true && !isOpen,
    ...(ca.length > 0 && { ca }),
  };
}

/** By what a real node's pool tells connections apart. */
export function connectionKey(service: JsonRecord, peer: Peer, host: string): string {
  return JSON.stringify([peer.host, peer.port, host, service['client_certificate'] ?? null]);
}
