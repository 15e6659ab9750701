import { credentialId } from '@silverback/kong-configuration';
import { documents } from './testing/ingress-yaml.ts';
import { fragmentsOf, partsOf, problemsOf } from './testing/manifests.ts';

const CLASS = { 'kubernetes.io/ingress.class': 'kong' };

function consumer(annotations: Readonly<Record<string, string>> = CLASS): string {
  return JSON.stringify({
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongConsumer',
    metadata: { name: 'ann', namespace: 'shop', annotations },
    username: 'ann',
    credentials: ['ann-key'],
  });
}

function secret(type: string | undefined, data: Readonly<Record<string, string>>): string {
  const labels = type === undefined ? {} : { 'konghq.com/credential': type };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'ann-key', namespace: 'shop', labels },
    stringData: data,
  });
}

function credentialFrom(type: string | undefined, data: Readonly<Record<string, string>>) {
  const facts = { version: '3.9.1.0-enterprise-edition' };
  const fragments = fragmentsOf(documents(consumer(), secret(type, data)), { facts });
  return { part: partsOf(fragments, 'credential')[0], problems: problemsOf(fragments) };
}

const ID = credentialId('shop/ann-key');

test.each([
  ['key-auth', { key: 'k', ttl: '60' }, { key: 'k', ttl: 60 }, 'k'],
  ['basic-auth', { username: 'u', password: 'p' }, { username: 'u', password: 'p' }, 'u'],
  ['hmac-auth', { username: 'u', secret: 's' }, { username: 'u', secret: 's' }, 'u'],
  ['jwt', { key: 'k', secret: 's' }, { key: 'k', secret: 's' }, 'k'],
  [
    'jwt',
    { key: 'k', algorithm: 'RS256', rsa_public_key: 'PEM' },
    { key: 'k', algorithm: 'RS256', rsa_public_key: 'PEM' },
    'k',
  ],
  [
    'oauth2',
    {
      name: 'app',
      client_id: 'i',
      client_secret: 's',
      redirect_uris: 'https://a, https://b',
      hash_secret: 'true',
    },
    {
      name: 'app',
      client_id: 'i',
      client_secret: 's',
      redirect_uris: ['https://a', 'https://b'],
      hash_secret: true,
    },
    'i',
  ],
  ['acl', { group: 'admins' }, { group: 'admins' }, undefined],
  [
    'mtls-auth',
    { subject_name: 'ann@a.test', ca_certificate: 'b4e7a0a2-7a0c-4a0e-9f6a-0123456789ab' },
    { subject_name: 'ann@a.test', ca_certificate: { id: 'b4e7a0a2-7a0c-4a0e-9f6a-0123456789ab' } },
    undefined,
  ],
])('a credential of type %s has its fields as Kong takes them', (type, data, fields, uniqueValue) => {
  const { part, problems } = credentialFrom(type, data);
  expect(problems).toEqual([]);
  expect(part).toMatchObject({ secret: 'shop/ann-key', credentialType: type, entity: { id: ID, ...fields } });
  expect(part?.uniqueValue).toBe(uniqueValue);
  expect(part?.entity['tags']).toEqual(expect.arrayContaining(['k8s-name:ann-key', 'k8s-kind:Secret']));
});

test.each([
  ['key-auth', { key: '' }, 'data["key"]: is missing or empty'],
  ['key-auth', { key: 'hunter2', ttl: 'soon' }, 'data["ttl"]: must be a whole number of seconds'],
  ['basic-auth', { username: 'hunter2' }, 'data["password"]: is missing or empty'],
  [
    'oauth2',
    { name: 'a', client_id: 'hunter2', hash_secret: 'yes' },
    'data["hash_secret"]: must be true or false',
  ],
  [
    'jwt',
    { key: 'hunter2', algorithm: 'none' },
    'data["algorithm"]: must be one of HS, RS, ES or PS with 256, 384 or 512, or EdDSA',
  ],
  [
    'jwt',
    { key: 'hunter2', algorithm: 'ES256' },
    'data["rsa_public_key"]: is needed for the algorithm ES256',
  ],
  ['acl', {}, 'data["group"]: is missing or empty'],
])('a mistake in a credential of type %s is a problem that shows no value', (type, data, message) => {
  const { part, problems } = credentialFrom(type, data);
  expect(part).toBeUndefined();
  expect(problems).toEqual([`error CredentialInvalid Secret/ann-key ${message}; the credential is left out`]);
  expect(problems.join()).not.toContain('hunter2');
});

test.each([
  [undefined, 'must say of which type the credential is'],
  ['konnect', 'must be one of key-auth, basic-auth, hmac-auth, jwt, oauth2, acl, mtls-auth'],
  ['constructor', 'must be one of key-auth, basic-auth, hmac-auth, jwt, oauth2, acl, mtls-auth'],
])('a Secret with the label %s is no credential', (type, message) => {
  const { part, problems } = credentialFrom(type, { key: 'k' });
  expect(part).toBeUndefined();
  expect(problems).toEqual([
    `error CredentialTypeUnknown Secret/ann-key metadata.labels["konghq.com/credential"]: ${message}; the credential is left out`,
  ]);
});

test('a key that is no field is ignored with a warning', () => {
  const { part, problems } = credentialFrom('key-auth', { key: 'k', keey: 'hunter2' });
  expect(part?.entity).not.toHaveProperty('keey');
  expect(problems).toEqual([
    'warning CredentialFieldUnknown Secret/ann-key data["keey"]: is no field of this type of credential; it is ignored',
  ]);
});

test('what no consumer of ours names is not looked at', () => {
  const unused = fragmentsOf(secret('key-auth', {}));
  expect([...unused.keys()]).toEqual([]);
  const foreign = consumer({ 'kubernetes.io/ingress.class': 'other' });
  expect([...fragmentsOf(documents(foreign, secret('key-auth', {}))).keys()]).toEqual([]);
});
