import { createSecureContext, type SecureContext } from 'node:tls';
import { type JsonRecord, textOf } from '../json.ts';
import type { ProxyTable } from './table.ts';

/** Chooses the certificate for a server name: exact name in the same case, wildcard, the SNI `*`, else nothing. */
export class CertificateChooser {
  readonly #contexts = new WeakMap<JsonRecord, SecureContext>();

  choose(table: ProxyTable, serverName: string): SecureContext | undefined {
    const name = serverName;
    const labels = name.split('.');
    const candidates = [
      name,
      ['*', ...labels.slice(1)].join('.'),
      [...labels.slice(0, -1), '*'].join('.'),
      '*',
    ];
    const snis = new Map(table.all('snis').map((sni) => [textOf(sni['name']), sni]));
    for (const candidate of candidates) {
      const sni = snis.get(candidate);
      const certificate = sni && table.referred('certificates', sni['certificate']);
      if (certificate) return this.#contextOf(certificate);
    }
    return undefined;
  }

  #contextOf(certificate: JsonRecord): SecureContext {
    let context = this.#contexts.get(certificate);
    if (context === undefined) {
      context = createSecureContext({ cert: textOf(certificate['cert']), key: textOf(certificate['key']) });
      this.#contexts.set(certificate, context);
    }
    return context;
  }
}
