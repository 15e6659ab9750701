import {
  configuration,
  md5,
  nodeUnderTest,
  type NodeUnderTest,
  service,
} from '../testing/node-under-test.ts';

// Observed on Kong 3.9.3: how `configuration_hash` comes about and when `check_hash` gives 304.

let node: NodeUnderTest;
beforeAll(async () => {
  node = await nodeUnderTest();
});
afterAll(() => node.close());

const ZEROS = '0'.repeat(32);
const body = (name: string) =>
  JSON.stringify(configuration({ services: [service(name, { routes: [{ name, paths: [`/${name}`] }] })] }));

test.each(['text/yaml', 'application/yaml', 'text/yaml; charset=utf-8'])(
  'the hash of a body sent as %s is the MD5 of its bytes',
  async (contentType) => {
    const text = body(contentType.length % 2 === 0 ? 'even' : 'odd');
    expect((await node.push(text, { contentType })).status).toBe(201);
    expect(await node.hash()).toBe(md5(text));
  },
);

test('the same bytes again with check_hash=1 give 304 without a body', async () => {
  await node.push(body('again'));
  const answer = await node.push(body('again'), { query: 'check_hash=1' });
  expect(answer).toMatchObject({ status: 304, text: '' });
  expect(await node.hash()).toBe(md5(body('again')));
});

test.each(['', 'check_hash=true', 'check_hash=0', 'flatten_errors=1'])(
  'the same bytes again with the query "%s" are loaded again: only check_hash=1 counts',
  async (query) => {
    await node.push(body('reload'));
    expect((await node.push(body('reload'), { query })).status).toBe(201);
    expect(await node.hash()).toBe(md5(body('reload')));
  },
);

test('application/json with check_hash=1 never gives 304, and its hash is not that of the bytes', async () => {
  const options = { query: 'check_hash=1', contentType: 'application/json' };
  expect((await node.push(body('json'), options)).status).toBe(201);
  expect((await node.push(body('json'), options)).status).toBe(201);
  expect(await node.hash()).not.toBe(md5(body('json')));
  expect(await node.hash()).not.toBe(ZEROS);
});

test('the wrapper {"config": text} in application/json is hashed by the inner text', async () => {
  const wrapper = JSON.stringify({ config: body('wrapped') });
  const options = { query: 'check_hash=1', contentType: 'application/json; charset=utf-8' };
  expect((await node.push(wrapper, options)).status).toBe(201);
  expect(await node.hash()).toBe(md5(body('wrapped')));
  expect((await node.push(wrapper, options)).status).toBe(304);
});

test('a multipart form field "config" is hashed by its content', async () => {
  const text = body('form');
  const form = `--b\r\nContent-Disposition: form-data; name="config"\r\n\r\n${text}\r\n--b--\r\n`;
  expect((await node.push(form, { contentType: 'multipart/form-data; boundary=b' })).status).toBe(201);
  expect(await node.hash()).toBe(md5(text));
});

test('raw JSON as application/x-www-form-urlencoded is hashed by its bytes', async () => {
  const answer = await node.push(body('raw'), { contentType: 'application/x-www-form-urlencoded' });
  expect(answer.status).toBe(201);
  expect(await node.hash()).toBe(md5(body('raw')));
});

test.each([null, 'text/plain', 'application/octet-stream', 'application/x-yaml'])(
  'the content type %s is refused by an error page',
  async (contentType) => {
    await node.push(body('kept'));
    const answer = await node.push(body('other'), { contentType });
    expect(answer.status).toBe(415);
    expect(answer.headers['content-type']).toMatch('text/html');
    expect(await node.hash()).toBe(md5(body('kept')));
  },
);

test('a configuration without entities is answered 201, keeps the hash at zeros and takes the routes away', async () => {
  await node.push(body('gone'));
  expect((await node.push(configuration({}))).status).toBe(201);
  expect(await node.hash()).toBe(ZEROS);
  expect((await node.proxied('/gone', 404)).status).toBe(404);
  expect((await node.push(configuration({}), { query: 'check_hash=1' })).status).toBe(201);
});

test('one upstream is enough for a hash', async () => {
  const text = JSON.stringify(configuration({ upstreams: [{ name: 'stub' }] }));
  await node.push(text);
  expect(await node.hash()).toBe(md5(text));
});

test('a client cannot set the hash', async () => {
  const answer = await node.push({ ...configuration({}), _config_hash: 'a'.repeat(32) });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.text)).toMatchObject({ fields: { _config_hash: 'unknown field' } });
});
