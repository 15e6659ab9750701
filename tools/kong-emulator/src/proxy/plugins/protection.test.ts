import { type Gateway, startGateway } from '../../testing/gateway.ts';
import { jsonOf } from '../../testing/http.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ edition: 'enterprise' });
});
afterAll(() => gateway.close());

const ROUTES = [{ name: 'r', paths: ['/'] }];
const CONSUMERS = [
  {
    username: 'alice',
    keyauth_credentials: [{ key: 'alices' }],
    basicauth_credentials: [{ username: 'alice', password: 'se:cret' }],
    acls: [{ group: 'staff' }, { group: 'admins' }],
  },
  { username: 'bob', keyauth_credentials: [{ key: 'bobs' }] },
];
const keyAuth = { name: 'key-auth' };
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

test('basic-auth lets nobody through without a known name and password', async () => {
  await gateway.serve({ routes: ROUTES, plugins: [{ name: 'basic-auth' }] }, { consumers: CONSUMERS });
  expect(await gateway.get('/')).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="service"' },
  });
  expect((await gateway.get('/', basic('alice:wrong'))).status).toBe(401);
  expect((await gateway.get('/', { authorization: 'Bearer x' })).status).toBe(401);
  expect((await gateway.seen('/', basic('alice:se:cret'))).headers).toMatchObject({
    'x-consumer-username': 'alice',
  });
});

test('of two ways to authenticate, one is enough if both have the anonymous consumer that is then shut out', async () => {
  const config = { anonymous: 'nobody' };
  await gateway.serve(
    {
      routes: ROUTES,
      plugins: [
        { name: 'key-auth', config },
        { name: 'basic-auth', config },
      ],
    },
    {
      consumers: [
        ...CONSUMERS,
        { username: 'nobody', plugins: [{ name: 'request-termination', config: { status_code: 401 } }] },
      ],
    },
  );
  expect((await gateway.get('/')).status).toBe(401);
  expect((await gateway.seen('/', { apikey: 'bobs' })).headers['x-consumer-username']).toBe('bob');
  expect((await gateway.seen('/', basic('alice:se:cret'))).headers['x-consumer-username']).toBe('alice');
});

test('acl lets the groups of its list through, and names them to the service', async () => {
  const plugins = [keyAuth, { name: 'acl', config: { allow: ['staff'] } }];
  await gateway.serve({ routes: ROUTES, plugins }, { consumers: CONSUMERS });
  expect((await gateway.get('/')).status).toBe(401);
  const refused = await gateway.get('/', { apikey: 'bobs' });
  expect([refused.status, jsonOf(refused)['message']]).toEqual([403, 'You cannot consume this service']);
  expect((await gateway.seen('/', { apikey: 'alices' })).headers['x-consumer-groups']).toBe('admins, staff');
});

test('acl with a list of those shut out lets all others through', async () => {
  const plugins = [keyAuth, { name: 'acl', config: { deny: ['staff'], hide_groups_header: true } }];
  await gateway.serve({ routes: ROUTES, plugins }, { consumers: CONSUMERS });
  expect((await gateway.get('/', { apikey: 'alices' })).status).toBe(403);
  expect((await gateway.get('/', { apikey: 'bobs' })).status).toBe(200);
});

test('acl without anybody who has authenticated shuts everybody out', async () => {
  await gateway.serve({ routes: ROUTES, plugins: [{ name: 'acl', config: { allow: ['staff'] } }] });
  expect((await gateway.get('/')).status).toBe(401);
});

const says = (message: string, more: object = {}) => ({
  name: 'request-termination',
  config: { status_code: 418, message },
  ...more,
});

const labelOf = (scope: object) => Object.keys(scope).join(' ') || 'global';

test('of one plugin the narrowest scope runs', async () => {
  const scopes = [
    { consumer: 'alice', route: 'r', service: 's' },
    { consumer_group: 'g', route: 'r', service: 's' },
    { consumer: 'alice', route: 'r' },
    { consumer: 'alice', service: 's' },
    { consumer_group: 'g', route: 'r' },
    { consumer_group: 'g', service: 's' },
    { route: 'r', service: 's' },
    { consumer: 'alice' },
    { consumer_group: 'g' },
    { route: 'r' },
    { service: 's' },
    {},
  ];
  for (const [position, scope] of scopes.entries()) {
    const plugins = scopes.slice(position).map((one) => says(labelOf(one), one));
    await gateway.serve(
      { routes: ROUTES, plugins: [keyAuth] },
      {
        consumers: CONSUMERS,
        consumer_groups: [{ name: 'g' }],
        consumer_group_consumers: [{ consumer_group: 'g', consumer: 'alice' }],
        plugins: plugins.toReversed(),
      },
    );
    const answer = await gateway.get('/', { apikey: 'alices' });
    expect(jsonOf(answer)['message']).toBe(labelOf(scope));
  }
});

test('a function of a route replaces the one of its service and the global one, except before routing', async () => {
  const functions = (instance_name: string) => ({
    name: 'pre-function',
    instance_name,
    config: { rewrite: ['return'], access: ['return'] },
  });
  await gateway.serve(
    {
      routes: [
        { ...ROUTES[0], plugins: [functions('of-route')] },
        { name: 'other', paths: ['/other'] },
      ],
      plugins: [functions('of-service')],
    },
    { plugins: [functions('global')] },
  );
  const named = async (path: string) => (await gateway.get(path)).headers['x-emulator-functions'];
  expect(await named('/')).toBe('pre-function rewrite global, pre-function access of-route');
  expect(await named('/other')).toBe('pre-function rewrite global, pre-function access of-service');
});
