import { readKongIngress, readUpstreamPolicy } from './upstream-policy.ts';

const HASHING = { algorithm: 'consistent-hashing' };

test.each([
  [{ hashOn: { input: 'consumer' } }, { hash_on: 'consumer' }],
  [{ hashOn: { header: 'X-A-B' } }, { hash_on: 'header', hash_on_header: 'X_A_B' }],
  [{ hashOn: { queryArg: 'q' } }, { hash_on: 'query_arg', hash_on_query_arg: 'q' }],
  [{ hashOn: { uriCapture: 'id' } }, { hash_on: 'uri_capture', hash_on_uri_capture: 'id' }],
  [
    { hashOn: { input: 'ip' }, hashOnFallback: { header: 'x-a' } },
    { hash_on: 'ip', hash_fallback: 'header', hash_fallback_header: 'x_a' },
  ],
  [
    { hashOn: { input: 'ip' }, hashOnFallback: { cookie: 'c', cookiePath: '/p' } },
    { hash_on: 'ip', hash_fallback: 'cookie', hash_on_cookie: 'c', hash_on_cookie_path: '/p' },
  ],
  [
    { hashOn: { input: 'ip' }, hashOnFallback: { queryArg: 'q' } },
    { hash_on: 'ip', hash_fallback: 'query_arg', hash_fallback_query_arg: 'q' },
  ],
])('%j', (spec, fields) => {
  expect(readUpstreamPolicy({ spec: { ...HASHING, ...spec } })).toEqual({
    fields: { ...HASHING, ...fields },
  });
});

test('a policy that says nothing changes nothing', () => {
  expect(readUpstreamPolicy({})).toEqual({ fields: {} });
  expect(readUpstreamPolicy({ spec: { algorithm: null, healthchecks: { active: null } } })).toEqual({
    fields: { healthchecks: {} },
  });
});

test.each<[object, string, string]>([
  [{ hashOn: { input: 'ip' } }, 'spec.hashOn', 'needs the algorithm'],
  [{ ...HASHING, hashOn: {} }, 'spec.hashOn', 'exactly one'],
  [{ ...HASHING, hashOn: { cookie: 'c' } }, 'spec.hashOn', 'cookie and cookiePath together'],
  [{ ...HASHING, hashOnFallback: { input: 'ip' } }, 'spec.hashOnFallback', 'needs hashOn'],
  [
    { ...HASHING, hashOn: { cookie: 'c', cookiePath: '/' }, hashOnFallback: { input: 'ip' } },
    'spec.hashOnFallback',
    'needs hashOn',
  ],
  [
    { ...HASHING, hashOn: { input: 'ip' }, hashOnFallback: { input: 'ip' } },
    'spec.hashOnFallback',
    'must differ',
  ],
  [{ algorithm: 'sticky-sessions', hashOn: { input: 'none' } }, 'spec.stickySessions', 'belongs to'],
  [{ algorithm: 'sticky-sessions', stickySessions: { cookie: 'c' } }, 'spec.hashOn.input', 'must be none'],
  [{ healthchecks: { threshold: 101 } }, 'spec.healthchecks.threshold', 'from 0 to 100'],
  [{ healthchecks: { active: { type: 'icmp' } } }, 'spec.healthchecks.active.type', 'must be one of'],
  [
    { healthchecks: { active: { healthy: { successes: 256 } } } },
    'spec.healthchecks.active.healthy.successes',
    'to 255',
  ],
  [
    { healthchecks: { passive: { unhealthy: { interval: 1 } } } },
    'spec.healthchecks.passive.unhealthy.interval',
    'not a known field',
  ],
  [
    { healthchecks: { active: { headers: { a: 'b' } } } },
    'spec.healthchecks.active.headers.a',
    'must be a list',
  ],
  [{ healthchecks: 5 }, 'spec.healthchecks', 'must be an object'],
])('%j has one thing wrong', (spec, field, message) => {
  const result = readUpstreamPolicy({ spec });
  expect(result).toEqual({ issues: [{ field, message: expect.stringContaining(message) as string }] });
});

test('a key that every object inherits is no known field', () => {
  const spec = JSON.parse('{"__proto__": {"slots": 5}, "constructor": 1}') as object;
  expect(readUpstreamPolicy({ spec })).toHaveProperty('issues');
});

test('health checks are put into the words of Kong, names of headers are not', () => {
  const active = { httpPath: '/up', headers: { 'X-Canary': ['yes'] }, unhealthy: { tcpFailures: 2 } };
  expect(readUpstreamPolicy({ spec: { healthchecks: { active } } })).toEqual({
    fields: {
      healthchecks: {
        active: { http_path: '/up', headers: { 'X-Canary': ['yes'] }, unhealthy: { tcp_failures: 2 } },
      },
    },
  });
});

test('a KongIngress speaks of upstreams in the words of Kong', () => {
  const upstream = { hash_on: 'header', hash_on_header: 'x-user', slots: 20 };
  expect(readKongIngress({ upstream, proxy: { retries: 3 } })).toEqual({
    fields: { hash_on: 'header', hash_on_header: 'x_user', slots: 20 },
  });
  expect(readKongIngress({ upstream: { slots: 1 } })).toEqual({
    issues: [{ field: 'upstream.slots', message: 'must be an integer from 10 to 65536' }],
  });
});
