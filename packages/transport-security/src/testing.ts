import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

export const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const signing = { name: 'ECDSA', hash: 'SHA-256' };
const day = 86_400_000;

export interface Validity {
  /** Days from now; negative for the past. */
  readonly fromDays?: number;
  readonly toDays?: number;
}

export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface TestAuthority {
  readonly pem: string;
  /** A certificate for these DNS names and IP addresses (none at all has no alternative names), with an ECDSA key on P-256 unless another algorithm is given. */
  issue(
    names: { readonly dns?: readonly string[]; readonly ip?: readonly string[]; readonly common?: string },
    options?: Validity & {
      readonly algorithm?: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams | webcrypto.Algorithm;
    },
  ): Promise<Issued>;
  /** A CA below this one. */
  intermediate(name: string): Promise<TestAuthority>;
}

/** A CA that lives in memory. */
export function makeAuthority(name: string, validity: Validity = {}): Promise<TestAuthority> {
  return authorityBelow(undefined, name, validity);
}

interface Issuer {
  readonly subject: string;
  readonly key: webcrypto.CryptoKey;
}

async function authorityBelow(
  above: Issuer | undefined,
  name: string,
  validity: Validity,
): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(p256, true, ['sign', 'verify']);
  const subject = `CN=${name}`;
  const authority = await x509.X509CertificateGenerator.create({
    subject,
    issuer: above?.subject ?? subject,
    signingKey: above?.key ?? keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: signing,
    ...datesOf(validity),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return {
    pem: authority.toString('pem'),
    intermediate: (below) => authorityBelow({ subject, key: keys.privateKey }, below, {}),
    async issue(names, options = {}) {
      const leafKeys = (await webcrypto.subtle.generateKey(options.algorithm ?? p256, true, [
        'sign',
        'verify',
      ])) as webcrypto.CryptoKeyPair;
      const alternatives = [
        ...(names.dns ?? []).map((value) => ({ type: 'dns' as const, value })),
        ...(names.ip ?? []).map((value) => ({ type: 'ip' as const, value })),
      ];
      const leaf = await x509.X509CertificateGenerator.create({
        subject: `CN=${names.common ?? 'leaf'}`,
        issuer: subject,
        signingKey: keys.privateKey,
        publicKey: leafKeys.publicKey,
        signingAlgorithm: signing,
        ...datesOf(options),
        extensions: [
          new x509.BasicConstraintsExtension(false),
          ...(alternatives.length > 0 ? [new x509.SubjectAlternativeNameExtension(alternatives)] : []),
        ],
      });
      const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey);
      return {
        certificate: leaf.toString('pem'),
        key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
      };
    },
  };
}

function datesOf(validity: Validity): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(Date.now() + (validity.fromDays ?? -1) * day),
    notAfter: new Date(Date.now() + (validity.toDays ?? 30) * day),
  };
}
