import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  type Extension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;

/** A certificate and its private key, as PEM texts. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** When a certificate holds; by default from a day ago for a year. */
export interface Validity {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** Whom a client certificate is for: a common name, and the groups of a user of Kubernetes. */
export interface ClientSubject {
  readonly name: string;
  readonly groups?: readonly string[];
}

/** A certificate authority that makes certificates for tests. */
export interface TestCa extends KeyPair {
  /** A certificate for servers with these host names or IP addresses. */
  readonly issueServer: (names: readonly string[], validity?: Validity) => Promise<KeyPair>;
  /** A certificate for a client, by its common name or by name and groups. */
  readonly issueClient: (subject: string | ClientSubject, validity?: Validity) => Promise<KeyPair>;
}

/** Everything that mutual TLS in a test needs. Keys are EC P-256, made anew by each call. */
export interface TestPki {
  readonly ca: TestCa;
  /** A CA that nobody trusts. */
  readonly otherCa: TestCa;
  readonly server: KeyPair;
  readonly client: KeyPair;
  readonly issueServer: TestCa['issueServer'];
  readonly issueClient: TestCa['issueClient'];
}

export interface TestPkiOptions {
  /** Host names and IP addresses of `server`. */
  readonly serverNames: readonly string[];
  /** The common name of `client`. Default `silverback`. */
  readonly clientName?: string;
}

/** Makes a CA, another one, a server and a client certificate. */
export async function createTestPki(options: TestPkiOptions): Promise<TestPki> {
  const [ca, otherCa] = await Promise.all([createTestCa('Test CA'), createTestCa('Other CA')]);
  const [server, client] = await Promise.all([
    ca.issueServer(options.serverNames),
    ca.issueClient(options.clientName ?? 'silverback'),
  ]);
  return { ca, otherCa, server, client, issueServer: ca.issueServer, issueClient: ca.issueClient };
}

/** Makes a certificate authority. */
export async function createTestCa(name: string, validity: Validity = {}): Promise<TestCa> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    ...dates(validity),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const issuer = { certificate, keys };
  return {
    certificate: certificate.toString('pem'),
    key: await privatePem(keys),
    issueServer: (names, limits = {}) =>
      issue(issuer, { name: names[0] ?? 'server' }, limits, [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(
          names.map((one) => ({ type: isIP(one) === 0 ? ('dns' as const) : ('ip' as const), value: one })),
        ),
      ]),
    issueClient: (subject, limits = {}) =>
      issue(issuer, typeof subject === 'string' ? { name: subject } : subject, limits, [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      ]),
  };
}

async function issue(
  issuer: { readonly certificate: X509Certificate; readonly keys: webcrypto.CryptoKeyPair },
  { name, groups = [] }: ClientSubject,
  validity: Validity,
  extensions: Extension[],
): Promise<KeyPair> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.create({
    // A list of attributes, because names of service accounts hold characters that mean something in a text.
    subject: [{ CN: [name] }, ...groups.map((group) => ({ O: [group] }))],
    issuer: issuer.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    ...dates(validity),
    extensions: [new BasicConstraintsExtension(false), ...extensions],
  });
  return { certificate: certificate.toString('pem'), key: await privatePem(keys) };
}

function dates({ notBefore, notAfter }: Validity): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: notBefore ?? new Date(now - DAY), notAfter: notAfter ?? new Date(now + 365 * DAY) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
}
