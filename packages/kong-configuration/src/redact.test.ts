import type { JsonObject, KongConfiguration } from './entities.ts';
import { redactConfiguration } from './redact.ts';

const empty: KongConfiguration = { certificates: [], services: [], upstreams: [] };

const service = { id: 's', name: 's', host: 'h', port: 80, protocol: 'http' };

/** The configuration of a plugin on a service, and of one on a route, as they are shown. */
function shown(config: JsonObject): unknown {
  const plugins = [{ id: 'p', name: 'any', config }];
  const onService = redactConfiguration({ ...empty, services: [{ ...service, plugins }] });
  const onRoute = redactConfiguration({
    ...empty,
    services: [{ ...service, routes: [{ id: 'r', name: 'r', plugins }] }],
  });
  expect(onService).toMatchObject({ services: [{ plugins: [{ name: 'any' }] }] });
  const [first, second] = [onService, onRoute].map(
    (configuration) => /"config":(.*?),"id":"p"/.exec(JSON.stringify(configuration))?.[1] ?? '',
  );
  expect(first).toBe(second);
  return JSON.parse(first ?? '');
}

describe('a configuration that is shown to people', () => {
  test('holds the certificate, but not its private key', () => {
    const certificates = [{ id: 'c', cert: 'PUBLIC', key: 'PRIVATE', snis: [{ id: 'n', name: 'a.test' }] }];
    expect(redactConfiguration({ ...empty, certificates })).toEqual({
      ...empty,
      certificates: [{ ...certificates[0], key: '***' }],
    });
  });

  test('shows of credentials only what is no secret, of licences nothing, and of vaults no text', () => {
    const credentials = { keyauth_credentials: [{ id: 'k', key: 'SECRET', ttl: 60, tags: ['t'] }] };
    const plugins = [{ id: 'p', name: 'any', config: { token: 'SECRET' }, route: 'r' }];
    expect(
      redactConfiguration({
        ...empty,
        consumers: [{ id: 'c', username: 'ann', custom_id: '7', ...credentials, plugins }],
        licenses: [{ id: 'l', payload: 'SECRET' }],
        plugins,
        vaults: [{ id: 'v', name: 'hcv', prefix: 'v', config: { any: 'SECRET', port: 1 } }],
        custom_entities: { things: [{ id: 't', uri: '/', client_secret: 'SECRET' }] },
      }),
    ).toEqual({
      ...empty,
      consumers: [
        {
          id: 'c',
          username: 'ann',
          custom_id: '7',
          keyauth_credentials: [{ id: 'k', key: '***', ttl: 60, tags: ['t'] }],
          plugins: [{ ...plugins[0], config: { token: '***' } }],
        },
      ],
      licenses: [{ id: 'l', payload: '***' }],
      plugins: [{ ...plugins[0], config: { token: '***' } }],
      vaults: [{ id: 'v', name: 'hcv', prefix: 'v', config: { any: '***', port: 1 } }],
      things: [{ id: 't', uri: '/', client_secret: '***' }],
    });
  });

  test('hides texts under names that promise a secret, however deep, and keeps numbers and booleans', () => {
    expect(
      shown({
        client_secret: ['s1', 's2'],
        aws_key: 'k',
        redis: { password: 'p', port: 6379, host: 'redis' },
        auth: { header_value: 'v', allow_override: true },
        headers: { Authorization: 'Bearer x', 'X-Api-Key': 'y', Accept: 'text/plain' },
        hide_credentials: true,
        token_ttl: 60,
      }),
    ).toEqual({
      client_secret: ['***', '***'],
      aws_key: '***',
      redis: { password: '***', port: 6379, host: 'redis' },
      auth: { header_value: '***', allow_override: true },
      headers: { Authorization: '***', 'X-Api-Key': '***', Accept: 'text/plain' },
      hide_credentials: true,
      token_ttl: 60,
    });
  });

  test('shows the names under which secrets are looked for, and references to a vault', () => {
    const config = {
      key_names: ['apikey'],
      cookie_names: ['jwt'],
      key_claim_name: 'iss',
      client_secret: '{vault://env/client-secret}',
    };
    expect(shown(config)).toEqual(config);
  });

  test('hides the value of a secret header that stands in one text with its name', () => {
    expect(shown({ add: { headers: ['X-Api-Key: abc:def', 'x-source:kong'] } })).toEqual({
      add: { headers: ['X-Api-Key:***', 'x-source:kong'] },
    });
  });

  test('hides user and password of a URL', () => {
    expect(shown({ http_endpoint: 'https://me:s3cr@t@logs.test/in?to=a@b' })).toEqual({
      http_endpoint: 'https://***@logs.test/in?to=a@b',
    });
  });

  test('hides the values of headers that a route asks for like a password', () => {
    const routes = [{ id: 'r', name: 'r', headers: { 'x-auth': ['s3cret'], 'x-version': ['2'] } }];
    expect(redactConfiguration({ ...empty, services: [{ ...service, routes }] })).toEqual({
      ...empty,
      services: [
        { ...service, routes: [{ ...routes[0], headers: { 'x-auth': ['***'], 'x-version': ['2'] } }] },
      ],
    });
  });

  test('leaves the configuration itself as it is, and is not misled by names of prototypes', () => {
    const config = JSON.parse('{"__proto__":{"password":"p"},"password":"q"}') as JsonObject;
    expect(JSON.stringify(shown(config))).toBe('{"__proto__":{"password":"***"},"password":"***"}');
    expect(config['password']).toBe('q');
  });

  test('hides what a header has to be in an expression, where it promises a secret', () => {
    const expression = String.raw`(any(http.headers.x_api_key) == "s\"1") && (any(http.headers.accept) ~ "text") && (http.path == "/key")`;
    const routes = [{ id: 'r', name: 'r', expression }];
    expect(redactConfiguration({ ...empty, routes })).toEqual({
      ...empty,
      routes: [
        {
          id: 'r',
          name: 'r',
          expression:
            '(any(http.headers.x_api_key) == "***") && (any(http.headers.accept) ~ "text") && (http.path == "/key")',
        },
      ],
    });
  });
});
