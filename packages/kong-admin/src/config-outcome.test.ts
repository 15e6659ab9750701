import { VirtualClock } from '@silverback/clock';
import { connect, payloadOf, serve, stopAll, until } from './testing/fake-kong.ts';
import type { ConfigOutcome } from './index.ts';

afterEach(stopAll);

const routeId = '4726a05a-d550-537e-9fc3-a07c7a1188c7';
const html = 'text/html; charset=utf-8';
const json = 'application/json; charset=utf-8';

/** What becomes of a push that is answered like this. */
async function outcomeOf(
  status: number,
  body: unknown,
  headers: Record<string, string> = { 'content-type': json },
): Promise<ConfigOutcome> {
  const port = await serve((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  const client = connect(port, { clock: new VirtualClock(new Date('2026-11-22T12:00:00Z')) });
  return client.sendConfiguration(payloadOf([Buffer.from('{}')]), { checkHash: true, flattenErrors: true });
}

test('201 is accepted, 304 unchanged', async () => {
  expect(await outcomeOf(201, { services: {} })).toEqual({ type: 'accepted', durationMs: 0 });
  expect(await outcomeOf(304, '')).toEqual({ type: 'unchanged', durationMs: 0 });
});

test('the refused entities are listed with field and message, without what was sent', async () => {
  const outcome = await outcomeOf(400, {
    code: 14,
    name: 'invalid declarative configuration',
    message: 'declarative config is invalid: {}',
    fields: {},
    flattened_errors: [
      {
        entity_type: 'route',
        entity_id: routeId,
        entity_name: 'default.shop.80',
        entity_tags: ['k8s-name:shop'],
        entity: { id: routeId, paths: ['s3cret'] },
        errors: [
          { type: 'field', field: 'config.minute', message: 'value must be greater than 0' },
          { type: 'entity', message: 'at least one of these fields must be non-empty: paths' },
          { type: 'field', field: 'paths.1', messages: ['should start with: /', 'too short'] },
        ],
      },
      { entity_type: 'certificate', errors: [{ type: 'entity', message: 'required field missing' }] },
    ],
  });
  expect(outcome).toEqual({
    type: 'refused',
    message: 'declarative config is invalid: {}',
    refusals: [
      {
        entityType: 'route',
        entityId: routeId,
        entityName: 'default.shop.80',
        messages: [
          'config.minute: value must be greater than 0',
          'at least one of these fields must be non-empty: paths',
          'paths.1: should start with: /',
          'paths.1: too short',
        ],
      },
      { entityType: 'certificate', messages: ['required field missing'] },
    ],
  });
});

test('an empty flattened_errors is an object in Kong, and what stands in fields is the message', async () => {
  expect(
    await outcomeOf(400, {
      message: 'declarative config is invalid: {…}',
      flattened_errors: {},
      fields: {
        services: [null, { host: 'required field missing' }],
        routes: { r1: ["invalid reference 'service: nope' (no such entry in 'services')"] },
      },
    }),
  ).toEqual({
    type: 'refused',
    refusals: [],
    message:
      "services.1.host: required field missing; routes.r1: invalid reference 'service: nope' (no such entry in 'services')",
    isContradiction: true,
  });
});

test('what is not unique or refers to nothing is told apart, listed or not', async () => {
  const twice = "uniqueness violation: 'services' entity with name set to 's1' already declared";
  const listed = (message: string) => ({ entity_type: 'service', errors: [{ type: 'entity', message }] });
  expect(await outcomeOf(400, { flattened_errors: [listed(twice), listed('bad')] })).toMatchObject({
    refusals: [{ isContradiction: true }, {}],
  });
  const outcomes = [
    await outcomeOf(400, { flattened_errors: [listed('bad')] }),
    await outcomeOf(400, {
      flattened_errors: {},
      fields: { services: [{ host: 'required field missing' }] },
    }),
  ];
  expect(JSON.stringify(outcomes)).not.toContain('isContradiction');
});

test('a body that Kong cannot parse is refused with what its parser says', async () => {
  const error = 'failed parsing declarative configuration: 1:39: did not find expected node content';
  expect(await outcomeOf(400, { code: 14, message: 'x', fields: { error } })).toEqual({
    type: 'refused',
    refusals: [],
    message: `error: ${error}`,
  });
});

test('the message has an end', async () => {
  const fields = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`field${index}`, 'unknown field']),
  );
  const outcome = await outcomeOf(400, { fields });
  expect(outcome.type === 'refused' && outcome.message.length).toBe(1000);
});

test('an answer of any depth is read', async () => {
  const depth = 20_000;
  const outcome = await outcomeOf(
    400,
    `{"fields":${'['.repeat(depth)}${']'.repeat(depth)},"message":"deep"}`,
  );
  expect(outcome).toEqual({ type: 'refused', refusals: [], message: 'deep' });
});

test.each(['expected a declarative configuration', 'Cannot parse JSON body'])(
  'a configuration that Kong lost because its buffer is too small is too large, not refused: %s',
  async (message) => {
    expect(await outcomeOf(400, { message })).toMatchObject({ type: 'too-large', limit: 'body' });
  },
);

test('413 tells the limit of the body from a full database', async () => {
  const page = '<html>\r\n<head><title>413 Request Entity Too Large</title></head></html>';
  expect(await outcomeOf(413, page, { 'content-type': html })).toMatchObject({ limit: 'body' });
  expect(await outcomeOf(413, page, { 'content-type': 'Text/HTML' })).toMatchObject({ limit: 'body' });
  const inFront = await outcomeOf(413, 'Payload Too Large', { 'content-type': 'text/plain' });
  expect(inFront).toMatchObject({ type: 'too-large', limit: 'body' });
  const message =
    'Configuration does not fit in LMDB database, consider raising the "lmdb_map_size" config for Kong';
  expect(await outcomeOf(413, { message })).toEqual({ type: 'too-large', limit: 'lmdb', message });
});

test.each([
  [429, '10', 10_000],
  [503, 'Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
  [504, 'Sun, 22 Nov 2026 11:00:00 GMT', 0],
  [429, '99999999', 600_000],
  [429, 'soon', undefined],
  [429, undefined, undefined],
])('%i with Retry-After %s is busy, not before %s ms', async (status, header, retryAfterMs) => {
  const message = 'Currently loading previous configuration';
  const retry = header === undefined ? {} : { 'retry-after': header };
  expect(await outcomeOf(status, { message }, { 'content-type': json, ...retry })).toEqual({
    type: 'busy',
    status,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
});

test.each([
  [302, 'AdminRedirected'],
  [401, 'AdminAuthenticationFailed'],
  [403, 'AdminForbidden'],
  [404, 'AdminApiNotFound'],
  [405, 'AdminHasDatabase'],
  [415, 'AdminContentTypeRefused'],
  [418, 'AdminAnswerUnexpected'],
  [500, 'AdminApiFailed'],
  [502, 'AdminApiFailed'],
  [200, 'AdminAnswerUnexpected'],
])('%i says nothing about the configuration, and has the code %s', async (status, code) => {
  await expect(outcomeOf(status, { message: 'An unexpected error occurred' })).rejects.toMatchObject({
    code,
  });
});

test('a page with 400 that nobody knows says nothing about the configuration', async () => {
  const page = '<html><head><title>400 Request Header Or Cookie Too Large</title></head></html>';
  await expect(outcomeOf(400, page, { 'content-type': html })).rejects.toMatchObject({
    code: 'AdminAnswerUnexpected',
    message: expect.stringContaining('400 Request Header Or Cookie Too Large') as string,
  });
  await expect(outcomeOf(400, 'not JSON')).rejects.toMatchObject({ code: 'AdminAnswerUnexpected' });
});

const push = (client: ReturnType<typeof connect>) =>
  client.sendConfiguration(payloadOf([Buffer.from('{}')]), { checkHash: true, flattenErrors: true });

test.each([
  [400, json],
  [413, html],
])('a %i in %s without end is cut, and counts by its first lines', async (status, type) => {
  let isClosed = false;
  const port = await serve((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': type });
    response.write(Buffer.alloc(64 * 1024, ' '));
    response.on('close', () => (isClosed = true));
  });
  const client = connect(port, { limits: { refusalBytes: 1024, answerBytes: 1024 } });
  expect(await push(client)).toMatchObject(
    status === 413
      ? { type: 'too-large', limit: 'body' }
      : { type: 'refused', refusals: [], message: expect.stringContaining('1024 bytes') as string },
  );
  await until(() => isClosed);
});

test('a page without end is too large an answer', async () => {
  const page = await serve((request, response) => {
    request.resume();
    response.writeHead(400, { 'content-type': html }).write(Buffer.alloc(64 * 1024, ' '));
  });
  const client = connect(page, { limits: { refusalBytes: 1024 } });
  await expect(push(client)).rejects.toMatchObject({ code: 'AdminAnswerTooLarge' });
});

test.each([400, 500, 503])('a %i that breaks off has an end, and says no more than that', async (status) => {
  const port = await serve((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': json, 'content-length': '1000' });
    response.write('{', () => request.socket.destroy());
  });
  await expect(push(connect(port))).rejects.toMatchObject({ code: 'AdminAnswerIncomplete' });
});

test('a refusal that trickles in is not waited for without end', async () => {
  const clock = new VirtualClock();
  let isBegun = false;
  const port = await serve((request, response) => {
    request.resume();
    response.writeHead(400, { 'content-type': json });
    response.write('{', () => (isBegun = true));
  });
  let failure: unknown;
  const pushing = push(connect(port, { clock })).catch((error: unknown) => (failure = error));
  await until(() => isBegun);
  await until(() => {
    void clock.advance(1_000);
    return failure !== undefined;
  });
  await pushing;
  expect(failure).toMatchObject({ code: 'AdminAnswerIncomplete' });
  expect(clock.now()).toBeLessThan(600_000);
  expect(clock.pendingTimers).toBe(0);
});
