import { documents, ingressYaml } from './testing/ingress-yaml.ts';
import { CERTIFICATE_A, CERTIFICATE_B, KEY_A, KEY_A_ENCRYPTED, KEY_B } from './testing/key-pairs.ts';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

const INGRESS = ingressYaml({ tls: { cert: ['a.test'] } });

function translated(stringData: Readonly<Record<string, string>>, uid = '', ingress = INGRESS) {
  const metadata = { name: 'cert', namespace: 'shop', ...(uid === '' ? {} : { uid }) };
  const secret = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, stringData });
  const fragments = fragmentsOf(documents(ingress, secret));
  return { fragments, certificates: partsOf(fragments, 'certificate'), problems: problemsOf(fragments) };
}

test('a Secret with a certificate and its key is a certificate, without white space around the PEM', () => {
  const { certificates, problems } = translated({
    'tls.crt': `\n${CERTIFICATE_A}\n\n`,
    'tls.key': `${KEY_A}\n`,
  });
  expect(problems).toEqual([]);
  expect(certificates).toEqual([
    {
      type: 'certificate',
      secret: 'shop/cert',
      entity: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
        cert: CERTIFICATE_A,
        key: KEY_A,
        tags: ['k8s-name:cert', 'k8s-namespace:shop', 'k8s-kind:Secret', 'k8s-version:v1'],
      },
    },
  ]);
});

test('the UID of the Secret is the id of the certificate, if it is one', () => {
  const pair = { 'tls.crt': CERTIFICATE_A, 'tls.key': KEY_A };
  const uid = '8aade13c-1470-46bd-9849-9a74e349214f';
  expect(translated(pair, uid).certificates[0]?.entity.id).toBe(uid);
  expect(translated(pair, 'mine').certificates[0]?.entity.id).toBe(
    translated(pair).certificates[0]?.entity.id,
  );
});

test('a chain is kept whole', () => {
  const chain = `${CERTIFICATE_A}\n${CERTIFICATE_B}`;
  expect(translated({ 'tls.crt': chain, 'tls.key': KEY_A }).certificates[0]?.entity.cert).toBe(chain);
});

const BROKEN = CERTIFICATE_B.replace(/\n[A-Za-z0-9+/]{10}/, '\nAAAAAAAAAA');

test.each([
  ['no certificate', { 'tls.key': KEY_A }, 'TlsSecretIncomplete', 'tls.crt', 'is missing or empty'],
  [
    'no key',
    { 'tls.crt': CERTIFICATE_A, 'tls.key': ' \n' },
    'TlsSecretIncomplete',
    'tls.key',
    'is missing or empty',
  ],
  [
    'text as certificate',
    { 'tls.crt': 'hello', 'tls.key': KEY_A },
    'TlsCertificateInvalid',
    'tls.crt',
    'holds no PEM certificate',
  ],
  [
    'a broken certificate',
    { 'tls.crt': BROKEN, 'tls.key': KEY_B },
    'TlsCertificateInvalid',
    'tls.crt',
    'certificate 1 cannot be read',
  ],
  [
    'a broken certificate in the chain',
    { 'tls.crt': `${CERTIFICATE_A}\n${BROKEN}`, 'tls.key': KEY_A },
    'TlsCertificateInvalid',
    'tls.crt',
    'certificate 2 cannot be read',
  ],
  [
    'a certificate as key',
    { 'tls.crt': CERTIFICATE_A, 'tls.key': CERTIFICATE_A },
    'TlsKeyInvalid',
    'tls.key',
    'is not a PEM private key',
  ],
  [
    'a key with a passphrase',
    { 'tls.crt': CERTIFICATE_A, 'tls.key': KEY_A_ENCRYPTED },
    'TlsKeyInvalid',
    'tls.key',
    'needs a passphrase',
  ],
  [
    'the key of another',
    { 'tls.crt': CERTIFICATE_A, 'tls.key': KEY_B },
    'SecretKeyMismatch',
    'tls.key',
    'does not belong to the first certificate',
  ],
])(
  '%s: no certificate, and a problem that says nothing of the content',
  (_what, data, code, key, message) => {
    const { certificates, problems, fragments } = translated(data);
    expect(certificates).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`error ${code} Secret/cert data["${key}"]: `);
    expect(problems[0]).toContain(message);
    expect(problems[0]).toContain('the certificate is left out');
    const told = JSON.stringify([...fragments.values()]);
    for (const line of [KEY_A, KEY_B, KEY_A_ENCRYPTED].flatMap((pem) => pem.split('\n').slice(1, -1))) {
      expect(told).not.toContain(line);
    }
  },
);

test('a Secret of which both values are missing has two problems', () => {
  expect(translated({}).problems).toHaveLength(2);
});

test('a Secret that only Ingresses of other classes name is none of ours', () => {
  const ingress = INGRESS.replace('"kong"', '"nginx"');
  expect(translated({ 'tls.crt': 'x', 'tls.key': 'y' }, '', ingress).fragments.size).toBe(0);
});
