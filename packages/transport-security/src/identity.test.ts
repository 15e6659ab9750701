import { generateKeyPairSync, type webcrypto } from 'node:crypto';
import { inspect } from 'node:util';
import { isSilverbackError } from '@silverback/errors';
import { createIdentity, type Credentials } from './index.ts';
import { makeAuthority } from './testing.ts';

const now = new Date();
const authority = await makeAuthority('test CA');
const client = await authority.issue({ dns: ['silverback'] });
const good = { ca: authority.pem, ...client };

function refusal(credentials: Credentials): string {
  try {
    createIdentity(credentials, { generation: 1, now, where: 'the test' });
  } catch (error) {
    if (!isSilverbackError(error)) throw error;
    expect(error.where).toBe('the test');
    for (const secret of [credentials.key, credentials.certificate, credentials.ca]) {
      const lines = secret?.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----')) ?? [];
      for (const line of lines) expect(inspect(error)).not.toContain(line);
    }
    return error.code;
  }
  return 'accepted';
}

test('a good identity knows when its certificate and its CA end', () => {
  const identity = createIdentity(good, { generation: 7, now, serverName: 'kong-admin.kong.svc' });
  expect(identity).toMatchObject({ generation: 7, serverName: 'kong-admin.kong.svc', key: client.key });
  expect(Math.round((Number(identity.notAfter) - now.getTime()) / 86_400_000)).toBe(30);
  expect(identity.caNotAfter.getTime()).toBeGreaterThan(now.getTime());
});

test('a CA alone is an identity without a client certificate', () => {
  const identity = createIdentity({ ca: authority.pem }, { generation: 1, now });
  expect(identity.certificate).toBeUndefined();
  expect(identity.notAfter).toBeUndefined();
});

test.each<[string, Partial<Credentials>, string]>([
  ['an empty bundle', { ca: ' \n' }, 'TlsCaMissing'],
  ['a bundle of something else', { ca: 'hello' }, 'TlsCaUnreadable'],
  ['a bundle with a broken block', { ca: authority.pem.replace('\nM', '\nA') }, 'TlsCaUnreadable'],
  ['a bundle with a cut block', { ca: authority.pem.slice(0, 200) }, 'TlsCaUnreadable'],
  ['a leaf as CA', { ca: `${authority.pem}\n${client.certificate}` }, 'TlsCaNotAuthority'],
  ['an unparsable certificate', { certificate: 'hello' }, 'TlsCertificateUnreadable'],
  [
    'a broken certificate',
    { certificate: client.certificate.replace('\nM', '\nA') },
    'TlsCertificateUnreadable',
  ],
  ['an unparsable key', { key: client.key.replace('\nM', '\nA') }, 'TlsKeyUnreadable'],
  [
    'a chain in the wrong order',
    { certificate: authority.pem + '\n' + client.certificate },
    'TlsKeyMismatch',
  ],
  ['a chain, leaf first', { certificate: client.certificate + '\n' + authority.pem }, 'accepted'],
])('%s', (_name, change, expected) => {
  expect(refusal({ ...good, ...change })).toBe(expected);
});

test('certificate and key come together or not at all', () => {
  expect(refusal({ ca: good.ca, certificate: good.certificate })).toBe('TlsKeyMissing');
  expect(refusal({ ca: good.ca, key: good.key })).toBe('TlsCertificateMissing');
});

test('the key must belong to the certificate', async () => {
  const other = await authority.issue({});
  expect(refusal({ ...good, key: other.key })).toBe('TlsKeyMismatch');
});

test('an encrypted key is refused as such', () => {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  });
  expect(() => createIdentity({ ...good, key: privateKey }, { generation: 1, now })).toThrow(
    'the private key is encrypted',
  );
});

test('validity is judged at the given time', async () => {
  const expired = await authority.issue({}, { fromDays: -3, toDays: -1 });
  const upcoming = await authority.issue({}, { fromDays: 1, toDays: 3 });
  expect(refusal({ ...good, ...expired })).toBe('TlsCertificateExpired');
  expect(refusal({ ...good, ...upcoming })).toBe('TlsCertificateNotYetValid');
});

test('an expired CA is refused alone, and ignored beside a valid one', async () => {
  const old = await makeAuthority('old CA', { fromDays: -9, toDays: -1 });
  const next = await makeAuthority('next CA', { fromDays: 1, toDays: 9 });
  expect(refusal({ ca: old.pem })).toBe('TlsCaExpired');
  expect(refusal({ ca: `${old.pem}\n${next.pem}` })).toBe('TlsCaNotYetValid');
  const identity = createIdentity({ ca: `${old.pem}\n${authority.pem}` }, { generation: 1, now });
  expect(identity.caNotAfter.getTime()).toBeGreaterThan(now.getTime());
});

test('CAs that are trusted beside the bundle begin on a line of their own, whatever the bundle ends with', async () => {
  const previousCa = (await makeAuthority('old CA')).pem;
  const { ca } = createIdentity({ ca: authority.pem.trim() }, { generation: 1, now, previousCa });
  expect(ca.match(/^-----BEGIN CERTIFICATE-----$/gm)).toHaveLength(2);
});

test.each([
  ['RSA 2048', rsa(2048), 'accepted'],
  ['RSA 1024', rsa(1024), 'TlsKeyUnsupported'],
  ['P-384', { name: 'ECDSA', namedCurve: 'P-384' }, 'accepted'],
  ['P-521', { name: 'ECDSA', namedCurve: 'P-521' }, 'accepted'],
  ['Ed25519', { name: 'Ed25519' }, 'accepted'],
])('a key of the kind %s', async (_name, algorithm, expected) => {
  const issued = await authority.issue({}, { algorithm });
  expect(refusal({ ...good, ...issued })).toBe(expected);
});

test('a key on another curve is refused', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const key = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  expect(refusal({ ...good, key })).toBe('TlsKeyUnsupported');
});

function rsa(modulusLength: number): webcrypto.RsaHashedKeyGenParams {
  return {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
}
