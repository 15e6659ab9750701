import { type Gateway, startGateway } from '../../testing/gateway.ts';
import { fillTemplate, TemplateError } from './template.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const serve = (name: string, config: object, route: object = { paths: ['/'], strip_path: false }) =>
  gateway.serve({ routes: [{ name: 'r', ...route }], plugins: [{ name, config }] });

test('request-transformer removes, renames, replaces, adds and appends headers', async () => {
  await serve('request-transformer', {
    remove: { headers: ['X-Gone'] },
    rename: { headers: ['x-old:x-new'] },
    replace: { headers: ['x-there:replaced', 'x-absent:replaced'] },
    add: { headers: ['x-there:added', 'x-added:a:b'] },
    append: { headers: ['x-more:2'] },
  });
  const given = { 'x-gone': '1', 'x-old': '1', 'x-there': '1', 'x-more': '1' };
  const { headers } = await gateway.seen('/', given);
  expect(headers).toMatchObject({ 'x-new': '1', 'x-there': 'replaced', 'x-added': 'a:b', 'x-more': '1, 2' });
  for (const name of ['x-gone', 'x-old', 'x-absent']) expect(headers).not.toHaveProperty(name);
});

test('request-transformer changes the query, the method and the host', async () => {
  await serve('request-transformer', {
    http_method: 'PUT',
    remove: { querystring: ['gone'], headers: ['host'] },
    add: { querystring: ['added:1'] },
    replace: { headers: ['host:other.test'] },
  });
  expect(await gateway.seen('/p?gone=1&kept=1')).toMatchObject({
    method: 'PUT',
    path: '/p?kept=1&added=1',
    host: 'other.test',
  });
});

test('replace.uri makes the path of what the route captured', async () => {
  const paths = ['~/(?<kind>a|b)/([^/]+)$'];
  await serve(
    'request-transformer',
    { replace: { uri: '/v2/$(uri_captures[2])/$(uri_captures.kind)' } },
    { paths },
  );
  expect((await gateway.seen('/a/x?q=1')).path).toBe('/v2/x/a?q=1');
});

test('what a template says beyond the emulator is a 500', async () => {
  await serve('request-transformer', { replace: { uri: '/$(os.time() + 1)' } });
  expect((await gateway.get('/')).status).toBe(500);
});

const NAMES = {
  uri_captures: { 1: 'one' },
  headers: (name: string) => (name === 'x-a' ? 'header' : undefined),
  query_params: (name: string) => (name === 'q' ? 'query' : undefined),
};

test.each([
  ['/$(uri_captures[1])/$(uri_captures[2])/', '/one//'],
  ['$(headers["X-A"])-$(query_params.q)', 'header-query'],
  ['$(uri_captures[2] or "default")', 'default'],
  ["$((uri_captures[2]) or 'default')", 'default'],
  ['$("$")(', '$('],
  ['no template', 'no template'],
])('the template %s gives %s', (template, text) => {
  expect(fillTemplate(template, NAMES)).toBe(text);
});

test('a template of another table is refused', () => {
  expect(() => fillTemplate('$(kong.x)', NAMES)).toThrow(TemplateError);
});

test('response-transformer changes the headers of the answer', async () => {
  await serve('response-transformer', {
    remove: { headers: ['X-Kong-Nothing'] },
    rename: { headers: ['content-type:x-type'] },
    add: { headers: ['x-a:1', 'x-b:1'] },
    append: { headers: ['x-b:2'] },
    replace: { headers: ['x-absent:1'] },
  });
  const { headers } = await gateway.get('/');
  expect(headers).toMatchObject({ 'x-type': 'application/json', 'x-a': '1', 'x-b': '1, 2' });
  for (const name of ['content-type', 'x-absent']) expect(headers).not.toHaveProperty(name);
});

const ORIGIN = 'https://a.test';
const preflight = (origin = ORIGIN) => ({ origin, 'access-control-request-method': 'PUT' });

test('cors answers a preflight request, and before anybody has to authenticate', async () => {
  const plugins = [
    { name: 'cors', config: { origins: [ORIGIN], methods: ['GET', 'PUT'], credentials: true, max_age: 9 } },
    { name: 'key-auth' },
  ];
  await gateway.serve({ routes: [{ name: 'r', paths: ['/'] }], plugins });
  expect(await gateway.get('/', preflight(), 'OPTIONS')).toMatchObject({
    status: 200,
    headers: {
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET,PUT',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '9',
      vary: 'Origin',
    },
  });
  expect(await gateway.get('/', { origin: ORIGIN })).toMatchObject({
    status: 401,
    headers: { 'access-control-allow-origin': ORIGIN },
  });
});

test('cors names the origin that one of its patterns matches, and no other', async () => {
  await serve('cors', { origins: [ORIGIN, 'https://.*\\.b\\.test'], exposed_headers: ['x-a', 'x-b'] });
  const allowed = async (origin: string) =>
    (await gateway.get('/', { origin })).headers['access-control-allow-origin'];
  expect(await allowed('https://x.b.test')).toBe('https://x.b.test');
  expect(await allowed('https://x.b.test.evil')).toBeUndefined();
  expect(await allowed('https://c.test')).toBeUndefined();
  expect((await gateway.get('/')).headers['access-control-expose-headers']).toBe('x-a,x-b');
});

test('cors without origins allows all; with credentials it names the origin that asks', async () => {
  await serve('cors', {});
  const { headers } = await gateway.get('/', { origin: ORIGIN });
  expect(headers['access-control-allow-origin']).toBe('*');
  expect(headers).not.toHaveProperty('vary');
  await serve('cors', { credentials: true });
  const named = (await gateway.get('/', { origin: ORIGIN })).headers;
  expect(named).toMatchObject({ 'access-control-allow-origin': ORIGIN, vary: 'Origin' });
  expect(named['access-control-allow-credentials']).toBe('true');
  expect((await gateway.get('/')).headers).not.toHaveProperty('access-control-allow-credentials');
});

test('cors leaves preflight requests to the service if it is told so', async () => {
  await serve('cors', { preflight_continue: true });
  const answer = await gateway.get('/', preflight(), 'OPTIONS');
  expect(answer.text).toContain('"method":"OPTIONS"');
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
});

test('cors holds an entry without a scheme against the host of the origin', async () => {
  await serve('cors', { origins: ['.*[.]b[.]test', 'https://c.test'] });
  const { headers } = await gateway.get('/', { origin: 'https://x.b.test:8443' });
  expect(headers['access-control-allow-origin']).toBe('https://x.b.test:8443');
});

test('redirect answers every request, with its own location or the path that was asked for', async () => {
  await serve('redirect', { location: 'https://new.test/there?x=1', status_code: 308 });
  expect(await gateway.get('/p?q=1')).toMatchObject({
    status: 308,
    headers: { location: 'https://new.test/there?x=1' },
  });
  await serve('redirect', { location: 'https://new.test/there', keep_incoming_path: true });
  expect(await gateway.get('/p?q=1')).toMatchObject({
    status: 301,
    headers: { location: 'https://new.test/p?q=1' },
  });
});
