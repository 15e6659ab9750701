import { inspect } from 'node:util';
import { VirtualClock } from '@silverback/clock';
import type { AdminAccess } from '@silverback/transport-security';
import { connect, payloadOf, serve, stopAll, until } from './testing/fake-kong.ts';

afterEach(stopAll);

const information = {
  version: '3.9.3',
  node_id: '0ba1a1a1-0000-4000-8000-000000000001',
  hostname: 'kong-0',
  configuration: { router_flavor: 'traditional_compatible', database: 'off' },
  plugins: { available_on_server: { 'key-auth': { version: '3.9.3' }, acl: true, 'left-out': false } },
};

const status = {
  server: { connections_active: 3, total_requests: 4711 },
  configuration_hash: '2ee9a04a792cfe1f11da395ab1c084a1',
  memory: { workers_lua_vms: [{ pid: 30 }, { pid: 7 }, { pid: 'no' }] },
};

const withToken = (): AdminAccess => ({ generation: 1, headers: { 'kong-admin-token': 's3cret' } });

/** An Admin API that gives the same answer to everything. */
function answering(body: unknown, code = 200, headers: Record<string, string> = {}): Promise<number> {
  return serve((_request, response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

test('GET / says what the node is', async () => {
  expect(await connect(await answering(information)).information()).toEqual({
    version: '3.9.3',
    nodeId: information.node_id,
    hostname: 'kong-0',
    routerFlavor: 'traditional_compatible',
    database: 'off',
    availablePlugins: ['acl', 'key-auth'],
  });
});

test.each([
  [
    [{ port: 9000, udp: false }, { port: 53, udp: true }, { port: 9000, ssl: true }, 'no'],
    ['tcp:9000', 'udp:53'],
  ],
  [{}, []],
])('where a node listens for streams: %j', async (listeners, expected) => {
  const configuration = { ...information.configuration, stream_listeners: listeners };
  const answer = await connect(await answering({ ...information, configuration })).information();
  expect(answer.streamListeners).toEqual(expected);
});

test.each([
  ['10m', '10m', 10_485_760],
  ['20M', '512k', 524_288],
  ['0', '1g', 1_073_741_824],
  [undefined, '1000', 1_000],
  ['much', undefined, undefined],
])('how large a body the node takes: %s, buffered %s', async (most, buffer, bodyLimit) => {
  const configuration = {
    ...information.configuration,
    nginx_admin_client_max_body_size: most,
    nginx_admin_client_body_buffer_size: buffer,
  };
  const answer = await connect(await answering({ ...information, configuration })).information();
  expect(answer.bodyLimit).toBe(bodyLimit);
});

test('GET /status says what the node holds', async () => {
  expect(await connect(await answering(status)).status()).toEqual({
    configurationHash: '2ee9a04a792cfe1f11da395ab1c084a1',
    workerPids: [7, 30],
    requests: 4711,
  });
});

test('of a long answer what is of use is read, and nothing else is looked at', async () => {
  const padding = `${'['.repeat(150_000)}no JSON${']'.repeat(150_000)}`;
  const long = (body: object) => JSON.stringify(body).replace(/^\{/, `{"padding":${padding},`);
  expect(await connect(await answering(long(status))).status()).toEqual({
    configurationHash: status.configuration_hash,
    workerPids: [7, 30],
    requests: 4711,
  });
  expect(await connect(await answering(long(information))).information()).toMatchObject({
    version: '3.9.3',
    availablePlugins: ['acl', 'key-auth'],
  });
  const cut = await answering(long(status).slice(0, -1));
  await expect(connect(cut).status()).rejects.toMatchObject({ code: 'AdminAnswerUnreadable' });
});

test('a node with a database has a status without a hash', async () => {
  expect(await connect(await answering({ database: { reachable: true } })).status()).toEqual({
    workerPids: [],
  });
});

test('an entity is shown to the node, whose words come redacted', async () => {
  const seen: unknown[] = [];
  const port = await serve((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      seen.push([request.method, request.url, request.headers['content-type'], JSON.parse(body)]);
      const isKnown = request.url === '/schemas/plugins/validate';
      const isGood = body.includes('good');
      response.writeHead(isKnown ? (isGood ? 200 : 400) : 404, { 'content-type': 'application/json' });
      const message = "entity with key set to 'my-secret-value' already declared";
      response.end(
        JSON.stringify({ code: 2, name: 'schema violation', fields: { config: { key: message } } }),
      );
    });
  });
  const admin = connect(port);
  expect(await admin.checkEntity('plugins', { name: 'good' })).toBeUndefined();
  expect(await admin.checkEntity('plugins', { name: 'bad' })).toBe(
    "config.key: entity with key set to '[redacted]' already declared",
  );
  expect(await admin.checkEntity('unknown', {})).toBeUndefined();
  expect(seen[0]).toEqual(['POST', '/schemas/plugins/validate', 'application/json', { name: 'good' }]);
  await expect(connect(await answering('<html>', 500)).checkEntity('plugins', {})).rejects.toMatchObject({
    code: 'AdminApiFailed',
  });
});

test('the token and the configured path are used', async () => {
  const seen: string[] = [];
  const port = await serve((request, response) => {
    seen.push(`${String(request.url)} ${String(request.headers['kong-admin-token'])} ${request.httpVersion}`);
    response.end(JSON.stringify(status));
  });
  await connect(port, { access: withToken, livenessPath: '/health/status' }).status();
  expect(seen).toEqual(['/health/status s3cret 1.1']);
});

test.each([
  ['text', 'hello'],
  ['a cut answer', '{"version":'],
  ['a list', '[]'],
  ['nothing', ''],
  ['another service', '{"message":"ok"}'],
  ['a hash of another form', '{"configuration_hash":"2EE9"}'],
  ['a hash of another type', '{"configuration_hash":7}'],
])('%s instead of a status is unreadable, and is not repeated', async (_name, body) => {
  const client = connect(await answering(body));
  await expect(client.status()).rejects.toMatchObject({
    code: 'AdminAnswerUnreadable',
    where: client.address,
  });
  const failure = await client.information().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'AdminAnswerUnreadable' });
  expect(inspect(failure)).not.toContain(body === '' ? 'JSON at' : body);
});

test.each([
  [301, 'AdminRedirected'],
  [401, 'AdminAuthenticationFailed'],
  [403, 'AdminForbidden'],
  [404, 'AdminApiNotFound'],
  [418, 'AdminAnswerUnexpected'],
  [500, 'AdminApiFailed'],
  [503, 'AdminApiFailed'],
])('the status %i has the code %s', async (code, expected) => {
  const port = await answering({ message: 'no' }, code, { location: 'https://other.test/secret?x=1' });
  await expect(connect(port).status()).rejects.toMatchObject({ code: expected });
});

test('a redirect is not followed', async () => {
  const seen: string[] = [];
  const port = await serve((request, response) => {
    seen.push(String(request.url));
    response.writeHead(302, { location: 'https://other.test/elsewhere?token=s3cret' }).end();
  });
  const failure: unknown = await connect(port)
    .status()
    .catch((error: unknown) => error);
  expect(String(failure)).toContain('https://other.test');
  expect(String(failure)).not.toContain('s3cret');
  expect(seen).toEqual(['/status']);
});

test('an answer without end is cut at its limit', async () => {
  let sent = 0;
  let closed = false;
  const port = await serve((_request, response) => {
    const piece = Buffer.alloc(64 * 1024, ' ');
    const fill = (): void => {
      while (!closed && response.write(piece)) sent += piece.length;
    };
    response.on('drain', fill);
    response.on('close', () => (closed = true));
    fill();
  });
  await expect(connect(port).status()).rejects.toMatchObject({ code: 'AdminAnswerTooLarge' });
  await until(() => closed);
  expect(sent).toBeLessThan(64 * 1024 * 1024);
});

test('a request without an answer ends when its time is over, whatever trickles in', async () => {
  const clock = new VirtualClock();
  let asked = false;
  const port = await serve((_request, response) => {
    response.write('{');
    asked = true;
  });
  const failing = expect(connect(port, { clock }).status()).rejects.toMatchObject({
    code: 'AdminAnswerTimedOut',
  });
  await until(() => asked);
  await clock.advance(10_000);
  await failing;
  expect(clock.pendingTimers).toBe(0);
});

test('a request can be given up', async () => {
  const abort = new AbortController();
  const port = await serve(() => {
    abort.abort();
  });
  const client = connect(port);
  await expect(client.status(abort.signal)).rejects.toMatchObject({ code: 'AdminRequestAborted' });
  await expect(client.status(abort.signal)).rejects.toMatchObject({ code: 'AdminRequestAborted' });
});

test('closing ends a request that is under way, and all later ones', async () => {
  const port = await serve(() => {
    void client.close();
  });
  const client = connect(port);
  await expect(client.status()).rejects.toMatchObject({ code: 'AdminClientClosed' });
  await expect(client.status()).rejects.toMatchObject({ code: 'AdminClientClosed' });
});

test('a connection that breaks in the middle of an answer is told as such', async () => {
  const port = await serve((request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{', () => request.socket.destroy());
  });
  await expect(connect(port).status()).rejects.toMatchObject({ code: 'ConnectionReset' });
});

test('an address with IPv6 is shown in brackets', () => {
  expect(connect(8444, { host: '::1' }).address).toBe('[::1]:8444');
});

test('https needs an identity, and a token needs https or a loopback address', () => {
  expect(() => connect(8444, { protocol: 'https' })).toThrow('https needs a CA');
  expect(() => connect(8001, { host: '10.0.0.7', access: withToken })).toThrow('loopback address only');
});

test('unless told otherwise an answer may hold 1 MiB, and a refusal 16 MiB', async () => {
  const mebibyte = 1024 * 1024;
  const whole = (text: string, length: number): string => text + ' '.repeat(length - text.length);
  const sent = { status: JSON.stringify(status), refusal: '{"message":"no","flattened_errors":[]}' };
  let extra = 0;
  const port = await serve((request, response) => {
    request.resume();
    const isPush = request.method === 'POST';
    response.writeHead(isPush ? 400 : 200, { 'content-type': 'application/json' });
    response.end(isPush ? whole(sent.refusal, 16 * mebibyte + extra) : whole(sent.status, mebibyte + extra));
  });
  const client = connect(port);
  const push = () =>
    client.sendConfiguration(payloadOf([Buffer.from('{}')]), { checkHash: true, flattenErrors: true });
  expect(await client.status()).toMatchObject({ configurationHash: status.configuration_hash });
  expect(await push()).toEqual({ type: 'refused', refusals: [], message: 'no' });
  extra = 1;
  await expect(client.status()).rejects.toMatchObject({ code: 'AdminAnswerTooLarge' });
  expect(await push()).toMatchObject({ message: expect.stringContaining('16777216 bytes') as string });
});
