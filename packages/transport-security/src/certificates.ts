import { X509Certificate } from 'node:crypto';

const pemCertificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text in their order; other text between them is ignored, as OpenSSL does.
 *
 * @throws whatever OpenSSL says of the first one that cannot be decoded
 */
export function parseCertificates(pem: string): X509Certificate[] {
  return Array.from(pem.matchAll(pemCertificate), ([block]) => new X509Certificate(block));
}
