import { createHash, X509Certificate } from 'node:crypto';

const pemCertificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text in their order; other text between them is ignored, as OpenSSL does.
 *
 * @throws whatever OpenSSL says of the first one that cannot be decoded
 */
export function parseCertificates(pem: string): X509Certificate[] {
  return Array.from(pem.matchAll(pemCertificate), ([block]) => new X509Certificate(block));
}

/** PEM of the certificates of one bundle that another does not hold; undefined where there are none. */
export function certificatesOnlyIn(bundle: string, other: string): string | undefined {
  const held = new Set(parseCertificates(other).map((certificate) => certificate.fingerprint256));
  const rest = parseCertificates(bundle).filter((certificate) => !held.has(certificate.fingerprint256));
  return rest.length === 0 ? undefined : rest.map((certificate) => certificate.toString()).join('');
}

/**
 * The SHA-256 of a certificate's public key (SubjectPublicKeyInfo in DER) in base64, as RFC 7469, 2.4 defines a pin.
 *
 * @param der - the certificate
 */
export function publicKeySha256(der: Uint8Array): string {
  const spki = new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64');
}
