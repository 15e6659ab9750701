import { gzipSync } from 'node:zlib';
import { connect } from 'node:net';
import { ask, jsonOf } from '../testing/http.ts';
import {
  configuration,
  md5,
  nodeUnderTest,
  type NodeUnderTest,
  service,
} from '../testing/node-under-test.ts';

// Observed on Kong 3.9.3: malformed, odd, too large and unfinished bodies.

let node: NodeUnderTest;
beforeAll(async () => {
  node = await nodeUnderTest();
});
afterAll(() => node.close());

const JSON_TYPE = { contentType: 'application/json', query: 'flatten_errors=1' };

test.each([
  ['malformed JSON', '{"_format_version":'],
  ['an empty body', ''],
  ['a gzip body', gzipSync('{}')],
])('%s as application/json cannot be parsed, and the answer has no code', async (_, body) => {
  const answer = await node.push(body, JSON_TYPE);
  expect(answer.status).toBe(400);
  expect(jsonOf(answer)).toEqual({ message: 'Cannot parse JSON body' });
});

test('malformed text/yaml is named in fields, without flattened_errors', async () => {
  const answer = await node.push('{"_format_version":"3.0","services":[}', { query: 'flatten_errors=1' });
  expect(answer.status).toBe(400);
  const body = jsonOf(answer);
  expect(body['fields']).toEqual({
    error: expect.stringMatching(/^failed parsing declarative configuration: \d+:\d+: /) as string,
  });
  expect(body).not.toHaveProperty('flattened_errors');
});

test('a gzip body as text/yaml is full of control characters', async () => {
  const answer = await node.push(gzipSync('{}'));
  expect(answer.status).toBe(400);
  expect(answer.text).toMatch('control characters are not allowed');
});

test('a lone surrogate in a string refuses the whole body and names nobody', async () => {
  const body = String.raw`{"_format_version":"3.0","services":[{"name":"\ud800","host":"h"}]}`;
  const answer = await node.push(body, JSON_TYPE);
  expect(answer.status).toBe(400);
  expect(jsonOf(answer)).not.toHaveProperty('flattened_errors');
});

test('a JSON string as application/json is an unexpected error', async () => {
  const answer = await node.push('"x"', { contentType: 'application/json' });
  expect(answer.status).toBe(500);
  expect(jsonOf(answer)).toMatchObject({ message: 'An unexpected error occurred' });
});

test('an empty body without a content type is asked for a configuration', async () => {
  const answer = await node.push('', { contentType: null });
  expect(answer.status).toBe(400);
  expect(jsonOf(answer)).toEqual({ message: 'expected a declarative configuration' });
});

test('a body of more than 10 MiB is refused by an error page that closes the connection', async () => {
  const answer = await node.push(Buffer.alloc(10 * 1024 * 1024 + 1, ' '));
  expect(answer.status).toBe(413);
  expect(answer.headers['content-type']).toMatch('text/html');
  expect(answer.headers.connection).toBe('close');
});

test('a chunked body is taken', async () => {
  const text = JSON.stringify(configuration({ services: [service('chunked')] }));
  const answer = await ask(`${node.adminUrl}/config`, {
    method: 'POST',
    headers: { 'content-type': 'text/yaml', 'transfer-encoding': 'chunked' },
    body: text,
  });
  expect(answer.status).toBe(201);
  expect(await node.hash()).toBe(md5(text));
});

/** Sends a push over a raw connection without its last bytes, and gives the connection. */
async function sendAllBut(missing: number, text: string) {
  const { hostname, port } = new URL(node.adminUrl);
  const socket = connect(Number(port), hostname);
  const head = `POST /config HTTP/1.1\r\nHost: x\r\nContent-Type: text/yaml\r\nContent-Length: ${text.length}\r\n\r\n`;
  const sent = Promise.withResolvers<undefined>();
  socket.write(head + text.slice(0, text.length - missing), () => {
    sent.resolve(undefined);
  });
  await sent.promise;
  return socket;
}

async function ended(socket: ReturnType<typeof connect>): Promise<void> {
  const closed = Promise.withResolvers<undefined>();
  socket.once('close', () => {
    closed.resolve(undefined);
  });
  socket.destroy();
  await closed.promise;
}

const plainAdmin = (process.env['KONG_ADMIN_URL'] ?? 'http:').startsWith('http:');
const withPlainAdmin = plainAdmin ? test : test.skip;

withPlainAdmin('a push whose last byte never came is not applied', async () => {
  const before = JSON.stringify(configuration({ services: [service('before')] }));
  await node.push(before);
  const socket = await sendAllBut(1, JSON.stringify(configuration({ services: [service('unfinished')] })));
  await ended(socket);
  expect((await node.push(before, { query: 'check_hash=1' })).status).toBe(304);
  expect(await node.hash()).toBe(md5(before));
});

withPlainAdmin('a push that was given up after its last byte is applied all the same', async () => {
  const text = JSON.stringify(configuration({ services: [service('given-up')] }));
  await ended(await sendAllBut(0, text));
  const deadline = performance.now() + 10_000;
  while ((await node.hash()) !== md5(text) && performance.now() < deadline);
  expect(await node.hash()).toBe(md5(text));
});
