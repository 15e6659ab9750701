import { jsonOf } from '../testing/http.ts';
import {
  configuration,
  md5,
  nodeUnderTest,
  type NodeUnderTest,
  service,
} from '../testing/node-under-test.ts';

// Observed on Kong 3.9.3: what an accepted configuration is answered with, and what stays after a refused one.

let node: NodeUnderTest;
beforeAll(async () => {
  node = await nodeUnderTest();
});
afterAll(() => node.close());

const UUID = '11111111-2222-4333-8444-555555555555';

test('the answer to an accepted configuration is the flattened configuration, keyed by id, with all defaults', async () => {
  const answer = await node.push(
    configuration({
      services: [{ name: 's1', host: '127.0.0.1', port: 29901, routes: [{ name: 'r1', paths: ['/r1'] }] }],
    }),
    { contentType: 'application/json' },
  );
  expect(answer.status).toBe(201);
  const serviceId = '356ebaf8-b7af-5cba-99a1-f392e34730ab';
  const routeId = '4726a05a-d550-537e-9fc3-a07c7a1188c7';
  const { services, routes, ...others } = jsonOf(answer) as Record<string, Record<string, object>>;
  expect(others).toEqual({});
  expect(services).toEqual({
    [serviceId]: {
      id: serviceId,
      name: 's1',
      host: '127.0.0.1',
      port: 29901,
      protocol: 'http',
      path: null,
      tags: null,
      retries: 5,
      enabled: true,
      connect_timeout: 60000,
      read_timeout: 60000,
      write_timeout: 60000,
      client_certificate: null,
      ca_certificates: null,
      tls_verify: null,
      tls_verify_depth: null,
      created_at: expect.any(Number) as number,
      updated_at: expect.any(Number) as number,
    },
  });
  expect(routes?.[routeId]).toMatchObject({ name: 'r1', paths: ['/r1'], service: { id: serviceId } });
});

test('created_at is kept if given, updated_at is always set to now', async () => {
  const answer = await node.push(
    configuration({
      services: [service('dated', { id: UUID, created_at: 1700000000, updated_at: 1700000000 })],
    }),
  );
  const { services } = jsonOf(answer) as { services: Record<string, Record<string, number>> };
  expect(services[UUID]?.['created_at']).toBe(1700000000);
  expect(services[UUID]?.['updated_at']).toBeGreaterThan(1700000000);
});

test.each([
  ['by name', 'ref'],
  ['by id', { id: UUID }],
])('a route can refer to its service %s', async (_, reference) => {
  const answer = await node.push(
    configuration({
      services: [service('ref', { id: UUID })],
      routes: [{ name: 'r', paths: ['/'], service: reference }],
    }),
  );
  expect(answer.status).toBe(201);
  const { routes } = jsonOf(answer) as { routes: Record<string, Record<string, unknown>> };
  expect(Object.values(routes)[0]?.['service']).toEqual({ id: UUID });
});

test('{"name": …} is not a reference, even if the service exists', async () => {
  const answer = await node.push(
    configuration({
      services: [service('s1')],
      routes: [{ name: 'r', paths: ['/'], service: { name: 's1' } }],
    }),
    { query: 'flatten_errors=1' },
  );
  expect(answer.status).toBe(400);
  expect(jsonOf(answer)['flattened_errors']).toContainEqual(
    expect.objectContaining({
      entity_type: 'service',
      entity_name: 's1',
      errors: [{ type: 'field', field: 'id', message: 'missing primary key' }],
    }),
  );
});

test('a refused configuration leaves the old one with its hash and routes', async () => {
  const good = JSON.stringify(
    configuration({
      services: [{ name: 'good', ...node.backend, routes: [{ name: 'good', paths: ['/good'] }] }],
    }),
  );
  await node.push(good);
  await node.proxied('/good', 200);
  expect((await node.push(configuration({ services: [{ name: 'bad' }] }))).status).toBe(400);
  expect(await node.hash()).toBe(md5(good));
  expect((await node.proxied('/good', 200)).status).toBe(200);
});
