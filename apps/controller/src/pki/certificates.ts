import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;
/** Certificates hold from this long ago, because clocks differ. */
const CLOCK_SKEW = 300_000;

/** A certificate and its private key (PKCS#8), as PEM texts. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a fleet needs for mutual TLS on its Admin APIs. */
export interface FleetPki {
  readonly ca: KeyPair;
  readonly proxy: KeyPair;
  readonly controller: KeyPair;
}

export interface FleetPkiOptions {
  readonly fleet: string;
  /** Host names and IP addresses in the proxies' certificate. */
  readonly serverNames: readonly string[];
  /** How long the CA holds, in days. */
  readonly caDays: number;
  /** How long the other two hold, in days. */
  readonly days: number;
  readonly now: Date;
}

/** Makes a CA of its own, a server certificate for all proxies of a fleet and a client certificate; EC P-256. */
export async function createFleetPki(options: FleetPkiOptions): Promise<FleetPki> {
  const { fleet, serverNames, now } = options;
  const caKeys = await newKeys();
  const caName = `CN=Silverback Admin API CA of ${fleet}`;
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: caName,
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    ...validity(now, options.caDays),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const issuer = { certificate: ca, keys: caKeys };
  const dates = validity(now, options.days);
  const [proxy, controller] = await Promise.all([
    issue(issuer, `proxies of ${fleet}`, dates, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        serverNames.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
    ]),
    issue(issuer, `silverback for ${fleet}`, dates, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ]),
  ]);
  return { ca: { certificate: ca.toString('pem'), key: await privatePem(caKeys) }, proxy, controller };
}

interface Dates {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

async function issue(
  issuer: { readonly certificate: X509Certificate; readonly keys: webcrypto.CryptoKeyPair },
  name: string,
  dates: Dates,
  extensions: readonly Extension[],
): Promise<KeyPair> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: issuer.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    ...dates,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
      ...extensions,
    ],
  });
  return { certificate: certificate.toString('pem'), key: await privatePem(keys) };
}

function validity(now: Date, days: number): Dates {
  const start = now.getTime();
  return { notBefore: new Date(start - CLOCK_SKEW), notAfter: new Date(start + days * DAY) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
}
