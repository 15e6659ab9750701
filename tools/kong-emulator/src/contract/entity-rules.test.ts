import { createTestPki, type TestPki } from '@silverback/test-certificates';
import { jsonOf } from '../testing/http.ts';
import { configuration, nodeUnderTest, type NodeUnderTest, service } from '../testing/node-under-test.ts';

// Which entities are refused, and which are not though one might think so.

let node: NodeUnderTest;
let pki: TestPki;
beforeAll(async () => {
  [node, pki] = await Promise.all([nodeUnderTest(), createTestPki({ serverNames: ['a.test'] })]);
});
afterAll(() => node.close());

const fieldsOf = async (parts: object) => {
  const answer = await node.push(configuration(parts));
  expect(answer.status).toBe(400);
  return jsonOf(answer)['fields'];
};
const accepted = async (parts: object) => {
  const answer = await node.push(configuration(parts));
  expect(answer.text.slice(0, 500) + String(answer.status)).toMatch(/201$/);
};
const upstream = (weight: number) => ({
  upstreams: [{ name: 'u', targets: [{ target: '127.0.0.1:1', weight }] }],
});
const limit = (more: object = {}) => ({ name: 'rate-limiting', config: { minute: 1 }, ...more });

describe('observed on Kong 3.9.3', () => {
  test('weights of targets go to 65535', async () => {
    await accepted(upstream(65_535));
    expect(await fieldsOf(upstream(65_536))).toEqual({
      upstreams: [{ targets: [{ weight: 'value should be between 0 and 65535' }] }],
    });
  });

  test('ca_certificates hold one certificate each, of a CA; the same one may stand there twice', async () => {
    const ca = pki.ca.certificate;
    await accepted({ ca_certificates: [{ cert: ca }, { cert: ca }] });
    await fieldsOf({ ca_certificates: [{ cert: `${ca}\n${pki.otherCa.certificate}` }] });
    await fieldsOf({ ca_certificates: [{ cert: pki.server.certificate }] });
  });

  test('server names are exact, have a wildcard at one end, or are * alone; each stands there once', async () => {
    const certificate = (...names: string[]) => ({
      cert: pki.server.certificate,
      key: pki.server.key,
      snis: names.map((name) => ({ name })),
    });
    await accepted({ certificates: [certificate('*', '*.a.test', 'a.*', 'a.test')] });
    expect(
      (await node.push(configuration({ certificates: [certificate('a'), certificate('a')] }))).status,
    ).toBe(400);
  });

  test('services of grpcs take no TLS settings', async () => {
    const id = '11111111-1111-4111-8111-111111111111';
    for (const more of [{ tls_verify: true }, { ca_certificates: [id] }])
      expect(await fieldsOf({ services: [service('s', { protocol: 'grpcs', ...more })] })).toMatchObject({
        services: [{ [Object.keys(more)[0] ?? '']: 'value must be null' }],
      });
  });

  test('two plugins of one name in one scope refuse the whole configuration', async () => {
    await fieldsOf({ plugins: [limit(), limit()] });
    await accepted({ services: [service('s', { plugins: [limit()] })], plugins: [limit()] });
  });

  test('names of upstreams are host names: dots and underscores, no slash', async () => {
    await accepted({ upstreams: [{ name: 'a_b.c', targets: [{ target: '[::1]:8080' }] }] });
    await fieldsOf({ upstreams: [{ name: 'a/b' }] });
  });

  test('timeouts begin at 1', async () => {
    await accepted({ services: [service('s', { read_timeout: 1 })] });
    await fieldsOf({ services: [service('s', { read_timeout: 0 })] });
  });
});

describe('by the source of Kong 3.9', () => {
  test('protocols of different kinds are mutually exclusive', async () => {
    expect(
      await fieldsOf({ routes: [{ name: 'r', protocols: ['https', 'tcp'], paths: ['/'] }] }),
    ).toMatchObject({
      routes: [{ protocols: "these sets are mutually exclusive: ('http', 'https'), ('tcp', 'tls', 'udp')" }],
    });
  });

  test('routes of connections take no fields of requests, and the reverse', async () => {
    const routes = [
      { name: 'a', protocols: ['http'], paths: ['/'], destinations: [{ port: 1 }] },
      { name: 'b', protocols: ['tcp'], destinations: [{ port: 1 }], paths: ['/'] },
    ];
    expect(await fieldsOf({ routes })).toMatchObject({
      routes: [
        { destinations: "cannot set 'destinations' when 'protocols' is 'http' or 'https'" },
        { paths: expect.stringMatching(/^cannot set 'paths' when 'protocols' is 'tcp'/) as string },
      ],
    });
  });

  test('hash parameters are there for what is hashed on', async () => {
    await accepted({
      upstreams: [
        { name: 'u', hash_on: 'header', hash_on_header: 'x', hash_fallback: 'cookie', hash_on_cookie: 'c' },
      ],
    });
    expect(await fieldsOf({ upstreams: [{ name: 'u', hash_on: 'header' }] })).toMatchObject({
      upstreams: [{ hash_on_header: 'required field missing' }],
    });
    expect(
      await fieldsOf({ upstreams: [{ name: 'u', hash_on: 'none', hash_fallback: 'ip' }] }),
    ).toMatchObject({
      upstreams: [{ hash_fallback: 'expected one of: none' }],
    });
  });

  test('a vault has a prefix that is no name of a vault, and is there once', async () => {
    await accepted({ vaults: [{ name: 'env', prefix: 'my-env', config: { prefix: 'APP_' } }] });
    expect(await fieldsOf({ vaults: [{ name: 'env', prefix: 'env' }] })).toMatchObject({
      vaults: [{ prefix: expect.stringMatching(/^must not be one of: /) as string }],
    });
  });

  test('consumers have a user name or a custom id, and credentials of all types of the open source edition', async () => {
    await accepted({
      consumers: [
        {
          username: 'c',
          keyauth_credentials: [{ key: 'k' }],
          basicauth_credentials: [{ username: 'u', password: 'p' }],
          hmacauth_credentials: [{ username: 'u', secret: 's' }],
          jwt_secrets: [{ key: 'k', secret: 's' }],
          oauth2_credentials: [
            { name: 'app', client_id: 'i', client_secret: 's', redirect_uris: ['https://a.test/'] },
          ],
          acls: [{ group: 'g' }],
        },
        { custom_id: '2' },
      ],
    });
    await fieldsOf({ consumers: [{ tags: ['none'] }] });
  });

  test('an instance name of a plugin is there once', async () => {
    const plugins = [limit({ instance_name: 'i' })];
    const services = [service('s', { plugins })];
    await accepted({ plugins });
    expect((await node.push(configuration({ plugins, services }))).status).toBe(400);
  });
});
