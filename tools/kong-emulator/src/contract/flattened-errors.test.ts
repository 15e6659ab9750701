import { jsonOf } from '../testing/http.ts';
import { configuration, nodeUnderTest, type NodeUnderTest, service } from '../testing/node-under-test.ts';

// Observed on Kong 3.9.3: the body of a 400 with `flatten_errors=1`.

let node: NodeUnderTest;
beforeAll(async () => {
  node = await nodeUnderTest();
});
afterAll(() => node.close());

interface Refusal {
  readonly message: string;
  readonly fields: object;
  readonly flattened_errors: Record<string, unknown>[];
}

async function refusal(parts: object, query = 'flatten_errors=1'): Promise<Refusal> {
  const answer = await node.push(configuration(parts), { query });
  expect(answer.status).toBe(400);
  return jsonOf(answer) as unknown as Refusal;
}

const ID = '11111111-2222-4333-8444-555555555555';
const NOTHING_LEFT = { code: 14, message: 'declarative config is invalid: {}', fields: {} };

test('an entity is described by type, id, name and tags, and taken out of fields and message', async () => {
  const tags = ['k8s-name:s1', 'k8s-namespace:default'];
  const body = await refusal({ services: [{ name: 's1', id: ID, tags }] });
  expect(body).toMatchObject(NOTHING_LEFT);
  expect(body.flattened_errors).toEqual([
    {
      entity_type: 'service',
      entity_id: ID,
      entity_name: 's1',
      entity_tags: tags,
      entity: { name: 's1', id: ID, tags },
      errors: [{ type: 'field', field: 'host', message: 'required field missing' }],
    },
  ]);
});

test('id, name and tags are absent if there are none', async () => {
  const [entity] = (await refusal({ services: [{ port: 1 }] })).flattened_errors;
  expect(Object.keys(entity ?? {}).sort()).toEqual(['entity', 'entity_type', 'errors']);
});

test.each(['true', '1', 'on', 'yes'])('flatten_errors takes %s', async (value) => {
  const body = await refusal({ services: [{ name: 's' }] }, `flatten_errors=${value}`);
  expect(body.flattened_errors).toHaveLength(1);
});

test('all failing entities of all types come in one answer', async () => {
  const body = await refusal({
    services: [
      service('s', { port: -1, routes: [{ name: 'r', paths: ['x'] }], plugins: [{ name: 'none' }] }),
    ],
    upstreams: [{ name: 'u', slots: 1, targets: [{ target: '127.0.0.1:1', weight: 70000 }] }],
    consumers: [{ custom_id: 1 }],
  });
  const types = body.flattened_errors.map((entity) => entity['entity_type']).sort();
  expect(types).toEqual(['consumer', 'plugin', 'route', 'service', 'target', 'upstream']);
});

test('field names are paths with positions from 1; errors of the whole entity are of type entity', async () => {
  const body = await refusal({
    routes: [{ name: 'r', paths: ['/ok', 'x'] }],
    plugins: [
      { name: 'rate-limiting', config: { minute: 0 } },
      { name: 'rate-limiting', config: {}, tags: ['second'] },
    ],
  });
  const errors = body.flattened_errors.flatMap((entity) => entity['errors']);
  expect(errors).toContainEqual({
    type: 'field',
    field: 'paths.2',
    message: 'should start with: / (fixed path) or ~/ (regex path)',
  });
  expect(errors).toContainEqual({
    type: 'field',
    field: 'config.minute',
    message: 'value must be greater than 0',
  });
  expect(errors).toContainEqual({
    type: 'entity',
    message: expect.stringMatching(/^at least one of these fields must be non-empty: /) as string,
  });
});

test('a nested plugin comes with the id of its parent put in', async () => {
  const body = await refusal({
    services: [service('s', { id: ID, plugins: [{ name: 'rate-limiting', config: { minute: 0 } }] })],
  });
  expect(body.flattened_errors).toHaveLength(1);
  expect(body.flattened_errors[0]).toMatchObject({ entity_type: 'plugin', entity: { service: { id: ID } } });
});

test('a duplicate in a top-level array is flattened: the second of the two, with its tags', async () => {
  const body = await refusal({
    services: [service('s1', { tags: ['first'] }), service('s1', { tags: ['second'] })],
  });
  expect(body).toMatchObject(NOTHING_LEFT);
  expect(body.flattened_errors).toHaveLength(1);
  expect(body.flattened_errors[0]).toMatchObject({
    entity_type: 'service',
    entity_tags: ['second'],
    errors: [
      {
        type: 'entity',
        message: "uniqueness violation: 'services' entity with name set to 's1' already declared",
      },
    ],
  });
});

test('two global plugins of one name are a duplicate of the primary key', async () => {
  const plugin = { name: 'cors' };
  const body = await refusal({ plugins: [plugin, plugin] });
  expect(JSON.stringify(body.flattened_errors)).toMatch(/'plugins' entity with primary key set to/);
});

test('a duplicate among nested routes stays in fields, and no flattened error is an empty object', async () => {
  const routes = [{ name: 'r', paths: ['/'] }];
  const body = await refusal({ services: [service('a', { routes }), service('b', { routes })] });
  expect(body.fields).toEqual({
    routes: ["uniqueness violation: 'routes' entity with name set to 'r' already declared"],
  });
  expect(body.flattened_errors).toEqual({});
});

test('a dangling reference is lost entirely', async () => {
  const body = await refusal({ routes: [{ name: 'r', paths: ['/'], service: 'nope' }] });
  expect(body).toMatchObject(NOTHING_LEFT);
  expect(body.flattened_errors).toEqual({});
});

test('a dangling reference shows as a missing primary key if a field is wrong elsewhere', async () => {
  const body = await refusal({
    services: [{ name: 'bad' }],
    routes: [{ name: 'r', paths: ['/'], service: 'nope' }],
  });
  expect(body.flattened_errors.flatMap((entity) => entity['errors'])).toContainEqual({
    type: 'field',
    field: 'service.id',
    message: 'missing primary key',
  });
});

test('a bad certificate with an SNI gives two items, one of them bogus', async () => {
  const body = await refusal({ certificates: [{ cert: 'x', key: 'y', snis: [{ name: 'a.test' }] }] });
  expect(body.flattened_errors).toHaveLength(2);
  expect(body.flattened_errors.map((entity) => entity['entity_type'])).toEqual([
    'certificate',
    'certificate',
  ]);
  expect(body.flattened_errors).toContainEqual({
    entity_type: 'certificate',
    errors: [{ type: 'entity', message: 'required field missing' }],
  });
});

test('a wrong version stays in fields', async () => {
  const body = await refusal({ _format_version: '9.9' });
  expect(body).toMatchObject({
    fields: { _format_version: 'expected one of: 1.1, 2.1, 3.0' },
    flattened_errors: {},
  });
});
