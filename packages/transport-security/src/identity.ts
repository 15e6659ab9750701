import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { SilverbackError, type Code } from '@silverback/errors';
import { parseCertificates } from './certificates.ts';
import type { Credentials, TlsIdentity } from './contract.ts';

export interface IdentityOptions {
  /** The name that all proxies' certificates must carry; without it each member's own name counts. */
  readonly serverName?: string;
  /** SHA-256 in base64 of the public keys that proxies may have; without it every key will do. */
  readonly serverPublicKeySha256?: readonly string[];
  /** PEM of CAs that are trusted beside the bundle while CAs are being replaced. */
  readonly previousCa?: string;
  readonly generation: number;
  /** Wall-clock time at which the certificates must be valid. */
  readonly now: Date;
  /** Where the credentials come from, for errors: a source's description. */
  readonly where?: string;
}

type Fail = (code: Code, message: string, cause?: unknown) => SilverbackError;

const minimalRsaBits = 2048;
const allowedCurves = ['prime256v1', 'secp384r1', 'secp521r1'];

/**
 * Checks credentials and makes an identity of them.
 *
 * A CA that has expired is harmless beside one that is valid, as happens while CAs are being replaced: only a bundle
 * without any usable CA is refused. Of a client certificate's chain only the first, its own, must be valid.
 *
 * @throws SilverbackError for the first mistake that is found, with a code of its own: `TlsCaMissing`, `TlsCaUnreadable`,
 * `TlsCaNotAuthority`, `TlsCaExpired`, `TlsCaNotYetValid`, `TlsCertificateMissing`, `TlsKeyMissing`,
 * `TlsCertificateUnreadable`, `TlsCertificateExpired`, `TlsCertificateNotYetValid`, `TlsKeyUnreadable`,
 * `TlsKeyUnsupported`, `TlsKeyMismatch`. No message holds any part of the credentials.
 */
export function createIdentity(credentials: Credentials, options: IdentityOptions): TlsIdentity {
  const fail: Fail = (code, message, cause) =>
    new SilverbackError(code, {
      message,
      ...(options.where === undefined ? {} : { where: options.where }),
      ...(cause === undefined ? {} : { cause }),
    });
  const { ca = '' } = credentials;
  const { serverName, serverPublicKeySha256, previousCa } = options;
  return {
    generation: options.generation,
    caNotAfter: checkAuthorities(ca, options.now, fail),
    ca: previousCa === undefined ? ca : `${ca}\n${previousCa}`,
    ...checkClientCertificate(credentials, options.now, fail),
    ...(serverName !== undefined && { serverName }),
    ...(serverPublicKeySha256 !== undefined && { serverPublicKeySha256 }),
  };
}

/** Returns when the first usable CA of the bundle ends. */
function checkAuthorities(pem: string, now: Date, fail: Fail): Date {
  if (pem.trim() === '') throw fail('TlsCaMissing', 'the CA bundle is empty');
  const authorities = readChain(
    pem,
    (message, cause) => fail('TlsCaUnreadable', message, cause),
    'CA bundle',
  );
  const leaf = authorities.findIndex((certificate) => !certificate.ca);
  if (leaf !== -1) {
    throw fail(
      'TlsCaNotAuthority',
      `certificate ${leaf + 1} of ${authorities.length} in the CA bundle is not a CA`,
    );
  }
  const usable = authorities.filter(
    (certificate) => certificate.validFromDate <= now && certificate.validToDate > now,
  );
  if (usable.length > 0) return earliest(usable.map((certificate) => certificate.validToDate));
  const upcoming = authorities.filter((certificate) => certificate.validFromDate > now);
  if (upcoming.length > 0) {
    const start = earliest(upcoming.map((certificate) => certificate.validFromDate));
    throw fail('TlsCaNotYetValid', `no CA of the bundle is valid before ${start.toISOString()}`);
  }
  const end = authorities.map((certificate) => certificate.validToDate).sort((a, b) => +b - +a)[0] ?? now;
  throw fail('TlsCaExpired', `the CA bundle has expired at ${end.toISOString()}`);
}

function checkClientCertificate(
  { certificate: pem, key }: Credentials,
  now: Date,
  fail: Fail,
): Pick<TlsIdentity, 'certificate' | 'key' | 'notAfter'> {
  if (pem === undefined && key === undefined) return {};
  if (pem === undefined)
    throw fail('TlsCertificateMissing', 'there is a private key without a client certificate');
  if (key === undefined) throw fail('TlsKeyMissing', 'there is a client certificate without a private key');
  const chain = readChain(
    pem,
    (message, cause) => fail('TlsCertificateUnreadable', message, cause),
    'client certificate',
  );
  const [leaf] = chain;
  const privateKey = readKey(key, fail);
  checkKeyKind(privateKey, fail);
  if (!leaf.checkPrivateKey(privateKey)) {
    throw fail('TlsKeyMismatch', 'the private key does not belong to the client certificate');
  }
  if (leaf.validFromDate > now) {
    throw fail(
      'TlsCertificateNotYetValid',
      `the client certificate is not valid before ${leaf.validFromDate.toISOString()}`,
    );
  }
  if (leaf.validToDate <= now) {
    throw fail(
      'TlsCertificateExpired',
      `the client certificate has expired at ${leaf.validToDate.toISOString()}`,
    );
  }
  return { certificate: pem, key, notAfter: leaf.validToDate };
}

function readChain(
  pem: string,
  unreadable: (message: string, cause?: unknown) => SilverbackError,
  subject: string,
): [X509Certificate, ...X509Certificate[]] {
  let certificates: X509Certificate[];
  try {
    certificates = parseCertificates(pem);
  } catch (cause) {
    throw unreadable(`the ${subject} holds a block that is not a certificate`, cause);
  }
  const [first, ...rest] = certificates;
  if (first === undefined) throw unreadable(`the ${subject} holds no complete PEM certificate`);
  return [first, ...rest];
}

function readKey(pem: string, fail: Fail): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem' });
  } catch (cause) {
    const encrypted = pem.includes('ENCRYPTED');
    throw fail(
      'TlsKeyUnreadable',
      encrypted ? 'the private key is encrypted' : 'the private key is not a PEM key',
      cause,
    );
  }
}

function checkKeyKind(key: KeyObject, fail: Fail): void {
  const details = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
      if ((details.modulusLength ?? 0) >= minimalRsaBits) return;
      throw fail('TlsKeyUnsupported', `the RSA key has ${details.modulusLength ?? 0} bits`);
    case 'ec':
      if (allowedCurves.includes(details.namedCurve ?? '')) return;
      throw fail('TlsKeyUnsupported', `the EC key is on the curve ${details.namedCurve ?? 'unknown'}`);
    case 'ed25519':
      return;
    default:
      throw fail('TlsKeyUnsupported', `the private key is of the kind ${key.asymmetricKeyType ?? 'unknown'}`);
  }
}

function earliest(dates: readonly Date[]): Date {
  return new Date(Math.min(...dates.map(Number)));
}
