import { ask, jsonOf } from '../testing/http.ts';
import { nodeUnderTest, type NodeUnderTest } from '../testing/node-under-test.ts';

// By the source of Kong 3.9, except the first test, which was observed on 3.9.3.

let node: NodeUnderTest;
beforeAll(async () => {
  node = await nodeUnderTest();
});
afterAll(() => node.close());

const validate = (type: string, entity: object) =>
  ask(`${node.adminUrl}/schemas/${type}/validate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(entity),
  });

test('POST /schemas/routes/validate refuses what /config would', async () => {
  expect((await validate('routes', { paths: ['/a'] })).status).toBe(200);
  const refused = [{ paths: ['~/a('] }, { paths: ['/a'], bogus: 1 }];
  for (const route of [...refused, { protocols: ['grpc'], hosts: ['a'], strip_path: true }]) {
    const answer = await validate('routes', route);
    expect([answer.status, jsonOf(answer)['name']]).toEqual([400, 'schema violation']);
  }
});

test('POST /schemas/plugins/validate looks at the configuration of a plugin', async () => {
  const valid = await validate('plugins', { name: 'key-auth', config: { key_names: ['apikey'] } });
  expect([valid.status, jsonOf(valid)]).toEqual([200, { message: 'schema validation successful' }]);
  const answer = await validate('plugins', { name: 'rate-limiting', config: { minute: 0 } });
  expect(jsonOf(answer)).toMatchObject({
    code: 2,
    fields: { config: { minute: 'value must be greater than 0' } },
  });
});

test('GET /schemas/<type> lists its fields', async () => {
  const answer = await ask(`${node.adminUrl}/schemas/services`);
  expect(answer.status).toBe(200);
  const fields = jsonOf(answer)['fields'] as Record<string, Record<string, unknown>>[];
  expect(fields.find((field) => 'retries' in field)).toMatchObject({
    retries: { type: 'integer', default: 5, between: [0, 32_767] },
  });
  expect((await ask(`${node.adminUrl}/schemas/none`)).status).toBe(404);
});

test('GET /schemas/plugins/<name> describes the configuration', async () => {
  const answer = await ask(`${node.adminUrl}/schemas/plugins/key-auth`);
  const fields = jsonOf(answer)['fields'] as Record<string, Record<string, unknown>>[];
  const config = fields.find((field) => 'config' in field)?.['config'];
  expect(config).toMatchObject({ type: 'record' });
  expect(JSON.stringify(config?.['fields'])).toContain('key_names');
  expect((await ask(`${node.adminUrl}/schemas/plugins/does-not-exist`)).status).toBe(404);
});
