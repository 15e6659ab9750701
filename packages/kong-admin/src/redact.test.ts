import fc from 'fast-check';
import { readOutcome } from './config-outcome.ts';
import { LARGE_ANSWER } from './large-refusal.ts';
import { redact } from './redact.ts';
import { VirtualClock } from '@silverback/clock';

const marker = 'S3cr3t';
const clock = new VirtualClock();

/** Anything a user may have chosen as a key, recognisable by its marker, quotes and line breaks included. */
const chosenSecret = fc.string({ unit: 'grapheme' }).map((text) => `${marker}${text}${marker}'${marker}`);

/** Secrets that can be told by how they look, wherever they stand. */
const shapedSecret = fc.oneof(
  fc
    .uint8Array({ minLength: 24, maxLength: 64 })
    .map((bytes) => `${marker}1${Buffer.from(bytes).toString('hex')}`),
  fc
    .uint8Array({ minLength: 24, maxLength: 64 })
    .map((bytes) => `${marker}1${Buffer.from(bytes).toString('base64')}`),
  fc.uint8Array({ minLength: 3, maxLength: 64 }).map((bytes) => {
    const part = Buffer.from(bytes).toString('base64url');
    return `eyJ${marker}.eyJ${part}${marker}.${part}${marker}`;
  }),
  fc
    .uint8Array({ minLength: 3, maxLength: 300 })
    .map(
      (bytes) =>
        `-----BEGIN PRIVATE KEY-----\n${marker}${Buffer.from(bytes).toString('base64')}\n-----END PRIVATE KEY-----`,
    ),
);

/** The forms in which Kong repeats a value. */
const message = fc.oneof(
  chosenSecret.map(
    (s) => `uniqueness violation: 'keyauth_credentials' entity with key set to '${s}' already declared`,
  ),
  chosenSecret.map((s) => `entity with primary key set to '${s}' already declared`),
  chosenSecret.map((s) => `UNIQUE violation detected on '{key="${s}"}'`),
  chosenSecret.map((s) => `invalid value: ${s}`),
  fc.tuple(fc.lorem(), shapedSecret, fc.lorem()).map(([before, s, after]) => `${before} ${s} ${after}`),
);

/** Where in a 400 Kong puts a message. */
const answer = fc.tuple(message, message, chosenSecret, fc.nat(8)).map(([one, other, secret, place]) => {
  const entity = { id: '4726a05a-d550-537e-9fc3-a07c7a1188c7', key: secret, config: { password: secret } };
  const item = {
    entity_type: 'plugin',
    entity,
    errors: [{ type: 'field', field: 'config.key', message: one }],
  };
  switch (place) {
    case 0:
      return { message: `declarative config is invalid: {keyauth_credentials={"${one}"}, x={"${other}"}}` };
    case 1:
      return { fields: { keyauth_credentials: [one, other] }, flattened_errors: {} };
    case 2:
      return { fields: { keyauth_credentials: { [secret]: ['invalid reference'] } } };
    case 3:
      return { fields: { services: [null, { plugins: [{ config: { '@entity': [one], key: other } }] }] } };
    case 4:
      return { message: one, fields: {}, flattened_errors: [{ ...item, entity_tags: [secret] }] };
    case 5:
      return { flattened_errors: [{ entity, errors: [{ messages: [one, other] }] }] };
    case 6:
      return { flattened_errors: [item], fields: { certificates: { '1': { key: one } } } };
    case 7:
      return { flattened_errors: [{ ...item, entity_id: secret, errors: secret }] };
    default:
      return { flattened_errors: [item, item], fields: { error: other } };
  }
});

test('no secret in any form that Kong repeats comes through', async () => {
  await fc.assert(
    fc.asyncProperty(answer, fc.boolean(), async (body, isLarge) => {
      const headers = { 'content-type': 'application/json' };
      const text = JSON.stringify({ ...body, pad: isLarge ? ' '.repeat(LARGE_ANSWER) : '' });
      const outcome = await readOutcome({ status: 400, headers, text }, clock, 'the proxy');
      expect(JSON.stringify(outcome)).not.toContain(marker);
    }),
    { numRuns: 500 },
  );
});

test.each([
  'value must be greater than 0',
  "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'",
  'invalid regex: \'/a(\' (PCRE returned: pcre2_compile() failed: missing closing parenthesis in "/a(")',
  "plugin 'does-not-exist' not enabled; add it to the 'plugins' configuration property",
  'invalid reference \'service: {"id":"11111111-2222-4333-8444-555555555555"}\' (no such entry in \'services\')',
  'raise nginx_admin_client_body_buffer_size',
])('what helps a person stays: %s', (text) => {
  expect(redact(text)).toBe(text);
});

test('a uniqueness violation still says what is not unique', () => {
  expect(redact("'keyauth_credentials' entity with key set to 'k' already declared")).toBe(
    "'keyauth_credentials' entity with key set to '[redacted]' already declared",
  );
});

test('control characters cannot reach a terminal', () => {
  expect(redact('red\u001b[31m\nline\u0000')).toBe('red [31m line');
});

test.each(['A', "set to '", '-----BEGIN', 'eyJ.', '<'])(
  'megabytes of %s take no time, and nothing but a code comes of them',
  async (part) => {
    const text = part.repeat((15 * 1024 * 1024) / part.length);
    const body = JSON.stringify({ flattened_errors: [{ errors: [{ message: text }] }] });
    const refused = { status: 400, headers: { 'content-type': 'application/json' }, text: body };
    expect(await readOutcome(refused, clock, 'the proxy')).toMatchObject({ type: 'refused' });
    const page = { status: 400, headers: { 'content-type': 'text/html' }, text };
    await expect(readOutcome(page, clock, 'the proxy')).rejects.toMatchObject({
      code: 'AdminAnswerUnexpected',
    });
  },
  10_000,
);

test('a key that stands where a long text is cut does not come through in half', () => {
  const pem = `-----BEGIN X-----${'x'.repeat(16_384 - 50)}-----END X-----`;
  expect(redact(`${pem} ${'s3cret'.repeat(20)}`)).toBe('[redacted]');
});
