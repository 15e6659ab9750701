import { ask, jsonOf } from '../testing/http.ts';
import { configuration, nodeUnderTest, type NodeUnderTest, service } from '../testing/node-under-test.ts';

// Observed on Kong 3.9.3: what a node says of itself, and what it refuses without a database.

let node: NodeUnderTest;
beforeAll(async () => {
  node = await nodeUnderTest();
});
afterAll(() => node.close());

test('GET / shows a node without a database, with its version, id, plugins and router', async () => {
  const root = jsonOf(await ask(`${node.adminUrl}/`));
  expect(root).toMatchObject({
    version: expect.stringMatching(/^3\./) as string,
    edition: 'community',
    tagline: 'Welcome to kong',
    node_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    hostname: expect.any(String) as string,
    lua_version: expect.any(String) as string,
    timers: expect.any(Object) as object,
    pids: { workers: expect.any(Array) as number[] },
    configuration: { database: 'off', role: 'traditional', declarative_config: null },
  });
  const { configuration: settings, plugins } = root as Record<string, Record<string, object>>;
  expect(['traditional_compatible', 'traditional', 'expressions']).toContain(settings?.['router_flavor']);
  expect(plugins?.['available_on_server']).toHaveProperty('key-auth');
});

test('GET /status shows the hash and the workers, and no database', async () => {
  const answer = await ask(`${node.adminUrl}/status`);
  expect(answer.status).toBe(200);
  const status = jsonOf(answer);
  expect(status['configuration_hash']).toMatch(/^[0-9a-f]{32}$/);
  expect(status).not.toHaveProperty('database');
  const { workers_lua_vms: workers } = status['memory'] as { workers_lua_vms: { pid: number }[] };
  expect(workers.length).toBeGreaterThan(0);
  for (const { pid } of workers) expect(pid).toBeGreaterThan(0);
});

test('answers carry the headers of the Admin API and nothing to identify the configuration', async () => {
  const { headers } = await ask(`${node.adminUrl}/status`);
  expect(headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'access-control-allow-origin': '*',
    'access-control-allow-credentials': 'true',
    'x-kong-admin-latency': expect.stringMatching(/^\d+$/) as string,
    server: expect.stringMatching(/^kong\/3\./) as string,
    'content-length': expect.stringMatching(/^\d+$/) as string,
  });
  expect(headers).not.toHaveProperty('etag');
});

test('GET /config is YAML in a JSON string', async () => {
  await node.push(configuration({}));
  expect(jsonOf(await ask(`${node.adminUrl}/config`))).toEqual({
    config: "_format_version: '3.0'\n_transform: false\n",
  });
});

test('collections are pages of entities', async () => {
  await node.push(configuration({}));
  expect(jsonOf(await ask(`${node.adminUrl}/routes`))).toEqual({ data: [], next: null });
  await node.push(configuration({ services: [service('one')] }));
  expect(jsonOf(await ask(`${node.adminUrl}/services`))).toMatchObject({ data: [{ name: 'one' }] });
});

test('an entity cannot be created without a database', async () => {
  const answer = await ask(`${node.adminUrl}/services`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"x","host":"h"}',
  });
  expect(answer.status).toBe(405);
  expect(jsonOf(answer)).toEqual({
    code: 12,
    message: "cannot create 'services' entities when not using a database",
    name: 'operation unsupported',
  });
});

test('PUT /config is not allowed', async () => {
  const answer = await ask(`${node.adminUrl}/config`, { method: 'PUT', body: '{}' });
  expect(answer).toMatchObject({ status: 405, text: '{"message":"Method not allowed"}' });
});

test('/status/ready is not on the Admin API', async () => {
  expect((await ask(`${node.adminUrl}/status/ready`)).status).toBe(404);
});

test.each([
  [{ name: 'r', paths: ['/'] }, 200],
  [{ name: 'r', paths: ['~/a('] }, 400],
  [{ name: 'r', paths: ['/'], foo: 1 }, 400],
])('POST /schemas/routes/validate holds %j against the schema: %i', async (route, status) => {
  const answer = await ask(`${node.adminUrl}/schemas/routes/validate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(route),
  });
  expect(answer.status).toBe(status);
});

test('the status listener tells whether there is a configuration, and has no /config', async () => {
  const { statusUrl } = node;
  if (statusUrl === undefined) return;
  expect((await ask(`${statusUrl}/status`)).status).toBe(200);
  expect(await ask(`${statusUrl}/config`)).toMatchObject({ status: 404, text: '{"message":"Not found"}' });
  await node.push(configuration({}));
  expect(await ask(`${statusUrl}/status/ready`)).toMatchObject({
    status: 503,
    text: '{"message":"no configuration available (empty configuration present)"}',
  });
  await node.push(configuration({ upstreams: [{ name: 'stub' }] }));
  expect(await ask(`${statusUrl}/status/ready`)).toMatchObject({
    status: 200,
    text: '{"message":"ready"}',
  });
});
