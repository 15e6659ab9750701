import type { JsonRecord } from '../json.ts';
import { dataModel } from '../schema/model.ts';
import { flattenDocument } from './entities.ts';

const MODEL = dataModel({ flavor: 'traditional', edition: 'enterprise', version: '3.9.3' });
const flattened = (document: JsonRecord) => flattenDocument(document, MODEL, 0);
const service = (more: JsonRecord = {}): JsonRecord => ({ name: 's', host: 'h', ...more });
const limit = (more: JsonRecord = {}): JsonRecord => ({
  name: 'rate-limiting',
  config: { minute: 1 },
  ...more,
});

test('two plugins of one name in one scope are refused, however the scope is written', () => {
  const nested = flattened({
    services: [service({ plugins: [limit()] })],
    plugins: [limit({ service: 's' })],
  });
  expect(nested).toHaveProperty('errors.plugins');
  expect(flattened({ plugins: [limit(), limit()] })).toHaveProperty('errors.plugins');
});

test('plugins of one name in different scopes stand beside each other', () => {
  const result = flattened({
    services: [service({ routes: [{ name: 'r', paths: ['/'] }] })],
    consumers: [{ username: 'c' }],
    consumer_groups: [{ name: 'g' }],
    plugins: [
      limit(),
      limit({ service: 's' }),
      limit({ route: 'r' }),
      limit({ consumer: 'c' }),
      limit({ consumer_group: 'g' }),
      limit({ route: 'r', consumer: 'c' }),
      limit({ route: 'r', consumer_group: 'g' }),
    ],
  });
  expect('entities' in result && result.entities.get('plugins')?.size).toBe(7);
});

test('an instance name, a custom id and a prefix of a vault are taken once', () => {
  const plugin = (instance: string, more: JsonRecord = {}) => limit({ instance_name: instance, ...more });
  expect(
    flattened({ services: [service()], plugins: [plugin('i'), plugin('i', { service: 's' })] }),
  ).toMatchObject({
    errors: {
      plugins: [
        null,
        "uniqueness violation: 'plugins' entity with instance_name set to 'i' already declared",
      ],
    },
  });
  expect(
    flattened({ consumers: ['a', 'b'].map((username) => ({ username, custom_id: '1' })) }),
  ).toHaveProperty('errors.consumers');
  const vault = { name: 'env', prefix: 'my-env' };
  expect(flattened({ vaults: [vault, vault] })).toHaveProperty('errors.vaults');
});

test.each([
  ['keyauth_credentials', { key: 'x' }],
  ['basicauth_credentials', { username: 'x', password: 'p' }],
  ['hmacauth_credentials', { username: 'x' }],
  ['jwt_secrets', { key: 'x' }],
  ['oauth2_credentials', { name: 'app', client_id: 'x' }],
  ['mtls_auth_credentials', { subject_name: 'x' }],
])('%s of two consumers must differ', (type, credential) => {
  const consumers = (second: JsonRecord) => [
    { username: 'a', [type]: [credential] },
    { username: 'b', [type]: [second] },
  ];
  expect(flattened({ consumers: consumers(credential) })).toHaveProperty(`errors.${type}`);
  const field = Object.entries(credential).find(([, value]) => value === 'x')?.[0] ?? '';
  expect(flattened({ consumers: consumers({ ...credential, [field]: 'y' }) })).toHaveProperty('entities');
});

test('two consumers are in one group of acl, and none is in it twice', () => {
  const acls = (...groups: string[]) => groups.map((group) => ({ group }));
  const consumers = (first: string[]) => [
    { username: 'a', acls: acls(...first) },
    { username: 'b', acls: acls('g') },
  ];
  expect(flattened({ consumers: consumers(['g']) })).toHaveProperty('entities');
  expect(flattened({ consumers: consumers(['g', 'g']) })).toHaveProperty('errors.acls');
});

test('consumers are put into groups by name, and a group that is not there is told', () => {
  const document = (group: string) => ({
    consumer_groups: [{ name: 'g' }],
    consumers: [{ username: 'c' }],
    consumer_group_consumers: [{ consumer_group: group, consumer: 'c' }],
  });
  expect(flattened(document('g'))).toHaveProperty('entities');
  expect(JSON.stringify(flattened(document('none')))).toContain("invalid reference 'consumer_group: none'");
});
