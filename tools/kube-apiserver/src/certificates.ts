import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;

/** A certificate and its private key, PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** The certificate authority of one API server. */
export class Authority {
  readonly #certificate: X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;

  private constructor(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.#certificate = certificate;
    this.#keys = keys;
  }

  /** Makes an authority with a key of its own. */
  static async create(): Promise<Authority> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: 'CN=kube-apiserver-test',
      keys,
      signingAlgorithm: ALGORITHM,
      ...dates(),
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
    });
    return new Authority(certificate, keys);
  }

  /** PEM. */
  get certificate(): string {
    return this.#certificate.toString('pem');
  }

  /** An identity for the API server on loopback. */
  issueServer(): Promise<Identity> {
    return this.#issue({ CN: ['kube-apiserver'] }, ExtendedKeyUsage.serverAuth, [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'dns', value: 'kubernetes.default.svc' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ]);
  }

  /** An identity for a user in a group. */
  issueClient(user: string, group: string): Promise<Identity> {
    return this.#issue({ CN: [user], O: [group] }, ExtendedKeyUsage.clientAuth, []);
  }

  async #issue(
    subject: Record<string, string[]>,
    usage: ExtendedKeyUsage,
    extensions: Extension[],
  ): Promise<Identity> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.create({
      subject: [subject],
      issuer: this.#certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: ALGORITHM,
      ...dates(),
      extensions: [
        new BasicConstraintsExtension(false),
        new ExtendedKeyUsageExtension([usage]),
        ...extensions,
      ],
    });
    const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return { certificate: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
  }
}

function dates(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - DAY), notAfter: new Date(now + 365 * DAY) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}
