import type { JsonRecord } from '../json.ts';
import { errorsOf, withMatchers } from '../testing/schema-errors.ts';
import { dataModel } from './model.ts';
import { isAtLeast, type NodeKind } from './node-kind.ts';

const kind = (more: Partial<NodeKind>): NodeKind => ({
  flavor: 'traditional',
  edition: 'community',
  version: '3.9.3',
  ...more,
});

test('the enterprise edition has types that the community edition does not know', () => {
  const types = (edition: NodeKind['edition']) => [...dataModel(kind({ edition })).types.keys()];
  expect(types('enterprise').filter((type) => !types('community').includes(type))).toEqual([
    'consumer_groups',
    'consumer_group_consumers',
    'mtls_auth_credentials',
    'licenses',
    'degraphql_routes',
  ]);
});

test('a plugin has the scope of a consumer group in the enterprise edition alone', () => {
  const value = { name: 'rate-limiting', config: { minute: 1 }, consumer_group: 'g' };
  expect(errorsOf('plugins', value, { edition: 'enterprise' })).toEqual({});
  expect(errorsOf('plugins', value)).toEqual({ consumer_group: 'unknown field' });
});

test('the plugin redirect came with 3.9, session stickiness with 3.11', () => {
  const redirect = { name: 'redirect', config: { location: 'https://a.test/' } };
  expect(errorsOf('plugins', redirect)).toEqual({});
  expect(errorsOf('plugins', redirect, { version: '3.8.0' })).toHaveProperty('name');
  const sticky = { name: 'u', algorithm: 'sticky-sessions', sticky_sessions_cookie: 'c' };
  expect(errorsOf('upstreams', sticky, { version: '3.11.0' })).toEqual({});
  expect(errorsOf('upstreams', sticky)).toMatchObject({ sticky_sessions_cookie: 'unknown field' });
  const without = { name: 'u', algorithm: 'sticky-sessions' };
  expect(errorsOf('upstreams', without, { version: '3.11.0' })).toHaveProperty('sticky_sessions_cookie');
});

test.each([
  ['3.9.1', '3.9', true],
  ['3.10.0.2', '3.9', true],
  ['4.0', '3.11', true],
  ['3.8.9', '3.9', false],
])('%s is at least %s: %s', (version, minor, expected) => {
  expect(isAtLeast(kind({ version }), minor)).toBe(expected);
});

test.each<[string, JsonRecord]>([
  ['vaults', { name: 'env', prefix: 'my-env', config: { prefix: 'KONG_' } }],
  ['oauth2_credentials', { name: 'app', consumer: 'c', redirect_uris: ['https://a.test/'] }],
  ['hmacauth_credentials', { username: 'u', consumer: 'c' }],
  ['jwt_secrets', { consumer: 'c', key: 'k', algorithm: 'HS256' }],
  ['plugins', { name: 'pre-function', config: { access: ['return'] } }],
  ['plugins', { name: 'prometheus', protocols: ['tcp', 'http'] }],
  ['upstreams', { name: 'u', hash_on: 'ip', hash_fallback: 'header', hash_fallback_header: 'x' }],
  ['snis', { name: '*', certificate: 'c' }],
])('%s: %j is valid', (type, value) => {
  expect(errorsOf(type, value)).toEqual({});
});

test.each<[string, JsonRecord, object]>([
  ['vaults', { name: 'env', prefix: 'env' }, { prefix: 'must not be one of: env' }],
  ['vaults', { name: 'env', prefix: 'My_env' }, { prefix: 'invalid value: My_env' }],
  ['vaults', { name: 'hcv', prefix: 'my-hcv' }, { name: "vault 'hcv' is not installed" }],
  ['vaults', { name: 'env', prefix: 'a-b', config: { x: 1 } }, { config: { x: 'unknown field' } }],
  [
    'oauth2_credentials',
    { name: 'a', consumer: 'c', redirect_uris: ['x'] },
    { redirect_uris: [/^cannot parse/] },
  ],
  ['oauth2_credentials', { consumer: 'c' }, { name: 'required field missing' }],
  ['jwt_secrets', { consumer: 'c', algorithm: 'RS256' }, { rsa_public_key: 'required field missing' }],
  ['jwt_secrets', { consumer: 'c', rsa_public_key: 'x' }, { rsa_public_key: 'invalid key' }],
  ['basicauth_credentials', { consumer: 'c', username: 'u' }, { password: 'required field missing' }],
  ['plugins', { name: 'key-auth', protocols: ['http', 'tcp'] }, { protocols: [null, /^expected one of/] }],
  [
    'plugins',
    { name: 'pre-function', config: {} },
    { '@entity': [/'config.certificate', 'config.rewrite'/] },
  ],
  ['plugins', { name: 'redirect', config: {} }, { config: { location: 'required field missing' } }],
  [
    'upstreams',
    { name: 'u', hash_on: 'ip', hash_fallback: 'ip' },
    { hash_fallback: /^expected one of: none, consumer/ },
  ],
  [
    'upstreams',
    { name: 'u', hash_on: 'header', hash_fallback: 'header', hash_on_header: 'x', hash_fallback_header: 'x' },
    { '@entity': [/^values of these fields must be distinct: 'hash_on_header', 'hash_fallback_header'$/] },
  ],
  [
    'services',
    { name: 's', host: 'h', protocol: 'grpcs', tls_verify: true },
    { tls_verify: 'value must be null' },
  ],
])('%s: %j is refused', (type, value, expected) => {
  expect(errorsOf(type, value)).toMatchObject(withMatchers(expected) as object);
});
