import { jsonOf } from '../testing/http.ts';
import { configuration, nodeUnderTest, type NodeUnderTest, service } from '../testing/node-under-test.ts';

// Observed on Kong 3.9.3: the body of a 400 without `flatten_errors`; `fields` mirrors what was sent.

let node: NodeUnderTest;
beforeAll(async () => {
  node = await nodeUnderTest();
});
afterAll(() => node.close());

const route = (name: string, more: object = {}) => ({ name, paths: ['/'], ...more });
const inService = (name: string, more: object) => ({ services: [service(name, more)] });
const consumer = (username: string) => ({ username, keyauth_credentials: [{ key: 'k' }] });

const refusals: [string, object, object][] = [
  ['an unknown field', inService('s', { foo: 1 }), { services: [{ foo: 'unknown field' }] }],
  ['a missing host', { services: [{ name: 's' }] }, { services: [{ host: 'required field missing' }] }],
  ['an unknown type of entity', { widgets: [] }, { widgets: 'unknown field' }],
  [
    'bad values, nested',
    inService('s', { port: 70000, routes: [{}, { paths: ['~/a('] }, { paths: ['x'] }] }),
    {
      services: [
        {
          port: 'value should be between 0 and 65535',
          routes: [
            {
              '@entity': [
                "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'",
              ],
            },
            { paths: [expect.stringMatching(/^invalid regex: '\/a\('/)] },
            { paths: ['should start with: / (fixed path) or ~/ (regex path)'] },
          ],
        },
      ],
    },
  ],
  [
    'the second service of a name',
    { services: [service('s1'), service('s1')] },
    { services: [null, "uniqueness violation: 'services' entity with name set to 's1' already declared"] },
  ],
  [
    'a key of two consumers',
    { consumers: [consumer('a'), consumer('b')] },
    {
      keyauth_credentials: [
        "uniqueness violation: 'keyauth_credentials' entity with key set to 'k' already declared",
      ],
    },
  ],
  [
    'nested routes of one name',
    { services: [service('a', { routes: [route('r')] }), service('b', { routes: [route('r')] })] },
    { routes: ["uniqueness violation: 'routes' entity with name set to 'r' already declared"] },
  ],
  [
    'a dangling reference by name, under the name of the referring entity',
    { routes: [route('r1', { service: 'nope' })] },
    { routes: { r1: ["invalid reference 'service: nope' (no such entry in 'services')"] } },
  ],
  [
    'a dangling reference by id',
    { routes: [route('r1', { service: { id: '11111111-1111-4111-8111-111111111111' } })] },
    {
      routes: {
        r1: [
          `invalid reference 'service: {"id":"11111111-1111-4111-8111-111111111111"}' (no such entry in 'services')`,
        ],
      },
    },
  ],
  [
    'the configuration of a plugin',
    inService('s', { plugins: [{ name: 'rate-limiting', config: { bogus: 1, minute: 0 } }] }),
    {
      services: [
        { plugins: [{ config: { bogus: 'unknown field', minute: 'value must be greater than 0' } }] },
      ],
    },
  ],
  [
    'an unknown plugin',
    { plugins: [{ name: 'does-not-exist' }] },
    {
      plugins: [
        { name: "plugin 'does-not-exist' not enabled; add it to the 'plugins' configuration property" },
      ],
    },
  ],
  [
    'a plugin without a limit',
    { plugins: [{ name: 'rate-limiting', config: { policy: 'local' } }] },
    {
      plugins: [
        {
          '@entity': [
            expect.stringMatching(/^at least one of these fields must be non-empty: 'config.second'/),
          ],
        },
      ],
    },
  ],
  [
    'key-auth on a consumer',
    { consumers: [{ username: 'c' }], plugins: [{ name: 'key-auth', consumer: 'c' }] },
    { plugins: [{ consumer: 'value must be null' }] },
  ],
  ['an unknown version', { _format_version: '9.9' }, { _format_version: 'expected one of: 1.1, 2.1, 3.0' }],
  ['a version that is a number', { _format_version: 3 }, { _format_version: 'expected a string' }],
];

test.each(refusals)('%s is named in fields', async (_, parts, fields) => {
  const answer = await node.push(configuration(parts));
  expect(answer.status).toBe(400);
  expect(jsonOf(answer)).toEqual({
    code: 14,
    name: 'invalid declarative configuration',
    message: expect.stringMatching(/^declarative config is invalid: \{.+\}$/s) as string,
    fields,
  });
});

test.each(['{}', '[]'])('the body %s lacks its version', async (body) => {
  const answer = await node.push(body, { contentType: 'application/json' });
  expect(answer.status).toBe(400);
  expect(jsonOf(answer)['fields']).toEqual({ _format_version: 'required field missing' });
});
