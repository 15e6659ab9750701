import type { JsonRecord } from '../json.ts';
import { errorsOf, withMatchers } from '../testing/schema-errors.ts';
import { createTestCa, createTestPki, type TestPki } from '@silverback/test-certificates';
import { PLUGIN_SCHEMAS } from './plugin-schemas.ts';

const route = (fields: JsonRecord): JsonRecord => ({ name: 'r', ...fields });
const service = (fields: JsonRecord): JsonRecord => ({ name: 's', host: 'h', ...fields });
const plugin = (name: string, config: JsonRecord): JsonRecord => ({ name, config });
const entity = (message: string) => ({ '@entity': [message] });
const criteria = (names: string, protocol: string) =>
  entity(`must set one of ${names} when 'protocols' is '${protocol}'`);

test.each<[string, JsonRecord]>([
  ['services', service({ url: 'https://h.test:8443/p' })],
  ['services', { name: 's', url: 'http://127.0.0.1' }],
  ['services', service({ host: '::1', path: '/a-b/~c/%20' })],
  ['routes', route({ paths: ['/a', '~/b/(c|d)+$', '/ä b'] })],
  ['routes', route({ hosts: ['a.test', '*.a.test', 'a.*', '10.0.0.1', 'a.test:8080'] })],
  ['routes', route({ protocols: ['http'], headers: { 'x-a': ['1'] } })],
  ['routes', route({ protocols: ['grpc'], strip_path: false, hosts: ['a.test'] })],
  ['upstreams', { name: 'u.svc', hash_on: 'header', hash_on_header: 'x-user' }],
  ['targets', { target: '10.0.0.1:80', upstream: 'u', weight: 0 }],
  ['consumers', { custom_id: '1' }],
  ['plugins', plugin('zipkin', { anything: 'goes' })],
  ['snis', { name: '*.a.test', certificate: 'c' }],
])('%s: %j is valid', (type, value) => {
  expect(errorsOf(type, value)).toEqual({});
});

test.each<[string, JsonRecord, object]>([
  ['services', service({ host: 'a b' }), { host: 'invalid value: a b' }],
  ['services', service({ host: 'a:80' }), { host: 'must not have a port' }],
  ['services', service({ retries: 1.5 }), { retries: 'expected an integer' }],
  ['services', service({ protocol: 'ftp' }), { protocol: /^expected one of: / }],
  ['services', service({ path: 'x' }), { path: 'should start with: /' }],
  ['services', service({ path: '/a//b' }), { path: 'must not have empty segments' }],
  ['services', service({ read_timeout: 0 }), { read_timeout: 'value should be between 1 and 2147483646' }],
  ['services', service({ name: 'a b' }), { name: /^invalid value 'a b': the only accepted ascii/ }],
  ['services', service({ tags: ['a,b'] }), { tags: [/^invalid tag 'a,b'/] }],
  ['services', service({ id: 'x' }), { id: 'expected a valid UUID' }],
  [
    'services',
    service({ protocol: 'grpc', path: '/p' }),
    {
      path: 'value must be null',
      ...entity("failed conditional validation given value of field 'protocol'"),
    },
  ],
  ['routes', route({ protocols: ['http'] }), criteria("'methods', 'hosts', 'headers', 'paths'", 'http')],
  [
    'routes',
    route({ protocols: ['grpc'], methods: ['GET'], strip_path: false }),
    criteria("'hosts', 'headers', 'paths'", 'grpc'),
  ],
  ['routes', route({ paths: ['/a/../b'] }), { paths: ["non-normalized path, consider use '/b' instead"] }],
  ['routes', route({ paths: ['/%zz'] }), { paths: ["invalid url-encoded value: '%zz'"] }],
  ['routes', route({ paths: ['~/[a'] }), { paths: [/missing terminating \] for character class/] }],
  ['routes', route({ paths: ['~/a)'] }), { paths: [/unmatched closing parenthesis/] }],
  ['routes', route({ hosts: ['a.*.test'] }), { hosts: [/^invalid wildcard/] }],
  ['routes', route({ hosts: ['a_b!'] }), { hosts: ['invalid hostname: a_b!'] }],
  ['routes', route({ methods: ['get'], paths: ['/'] }), { methods: ['invalid value: get'] }],
  ['routes', route({ paths: '/' }), { paths: 'expected an array' }],
  ['routes', route({ paths: ['/'], headers: { host: ['a'] } }), { headers: { host: /'hosts' attribute/ } }],
  ['routes', route({ paths: ['/'], expression: 'true' }), { expression: 'unknown field' }],
  ['upstreams', { name: '1.2.3.4' }, { name: "Invalid name ('1.2.3.4'); no ip addresses allowed" }],
  ['upstreams', { name: 'u', hash_on: 'header' }, { hash_on_header: 'required field missing' }],
  [
    'upstreams',
    { name: 'u', healthchecks: { active: { type: 'x' } } },
    { healthchecks: { active: { type: /^expected one of/ } } },
  ],
  [
    'targets',
    { target: 'a b', upstream: 'u' },
    { target: "Invalid target ('a b'); not a valid hostname or ip address" },
  ],
  ['targets', { target: 'a:1' }, { upstream: 'required field missing' }],
  ['consumers', {}, entity("at least one of these fields must be non-empty: 'custom_id', 'username'")],
  ['keyauth_credentials', { key: 1, consumer: 'c' }, { key: 'expected a string' }],
  ['certificates', { cert: 'x', key: 'y' }, { cert: /^invalid certificate/, key: /^invalid key/ }],
  ['snis', { name: '10.0.0.1', certificate: 'c' }, { name: 'must not be an IP' }],
  ['plugins', { name: 'cors', config: [] }, { config: 'expected a record' }],
  [
    'plugins',
    plugin('rate-limiting', { second: 5, hour: 1 }),
    { config: 'The limit for hour(1.0) cannot be lower than the limit for second(5.0)' },
  ],
  [
    'plugins',
    plugin('request-termination', { message: 'm', body: 'b' }),
    { config: 'message cannot be used with content_type or body' },
  ],
  [
    'plugins',
    plugin('acl', { allow: ['a'], deny: ['b'] }),
    entity("only one of these fields must be non-empty: 'config.allow', 'config.deny'"),
  ],
  [
    'plugins',
    plugin('ip-restriction', {}),
    entity("at least one of these fields must be non-empty: 'config.allow', 'config.deny'"),
  ],
  [
    'plugins',
    plugin('cors', { origins: ['('], methods: ['X'] }),
    { config: { origins: ["'(' is not a valid regex"], methods: [/^expected one of/] } },
  ],
  [
    'plugins',
    plugin('request-transformer', { add: { headers: ['no-colon'] } }),
    { config: { add: { headers: ['invalid value: no-colon'] } } },
  ],
  [
    'plugins',
    plugin('response-transformer', { add: { json_types: ['x'] } }),
    { config: { add: { json_types: [/^expected one of/] } } },
  ],
  ['plugins', plugin('correlation-id', { generator: 'x' }), { config: { generator: /^expected one of/ } }],
  ['plugins', plugin('basic-auth', { bogus: 1 }), { config: { bogus: 'unknown field' } }],
  [
    'plugins',
    plugin('key-auth', { key_names: ['a b'] }),
    { config: { key_names: [/^bad header name 'a b'/] } },
  ],
])('%s: %j is refused', (type, value, expected) => {
  expect(errorsOf(type, value)).toMatchObject(withMatchers(expected) as object);
});

test('a node with the router flavour expressions takes expressions, and not both ways of matching at once', () => {
  expect(
    errorsOf('routes', route({ expression: 'http.path == "/"', priority: 1 }), { flavor: 'expressions' }),
  ).toEqual({});
  expect(
    errorsOf('routes', route({ expression: 'http.path == "/"', paths: ['/'] }), { flavor: 'expressions' }),
  ).toHaveProperty('@entity');
  expect(errorsOf('routes', route({ paths: ['/'] }), { flavor: 'expressions' })).toEqual({});
});

test('every validated plugin can be configured by its defaults, or says which field it needs', () => {
  for (const name of Object.keys(PLUGIN_SCHEMAS)) {
    const { config = {}, ...others } = errorsOf('plugins', plugin(name, {}));
    expect(Object.keys(others).filter((key) => key !== '@entity')).toEqual([]);
    expect(Object.values(config).filter((error) => error !== 'required field missing')).toEqual([]);
  }
});

describe('certificates', () => {
  let pki: TestPki;
  beforeAll(async () => {
    pki = await createTestPki({ serverNames: ['a.test'] });
  });

  test('a certificate needs its own key', () => {
    const { certificate: cert, key } = pki.server;
    expect(errorsOf('certificates', { cert, key })).toEqual({});
    expect(errorsOf('certificates', { cert, key: pki.client.key })).toEqual(
      entity('certificate does not match key'),
    );
  });

  test('a CA certificate is one of a CA, and not expired', async () => {
    expect(errorsOf('ca_certificates', { cert: pki.ca.certificate })).toEqual({});
    expect(errorsOf('ca_certificates', { cert: pki.server.certificate })).toMatchObject(
      entity(expect.stringMatching(/does not appear to be a CA/) as string),
    );
    const expired = await createTestCa('old', { notAfter: new Date(Date.now() - 1000) });
    expect(errorsOf('ca_certificates', { cert: expired.certificate })).toMatchObject(
      entity('certificate expired, "Not After" time is in the past'),
    );
  });
});
