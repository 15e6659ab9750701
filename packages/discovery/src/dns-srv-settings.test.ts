import { namesToTry, parseResolvConf, parseResolver } from './dns/resolv-conf.ts';
import { dnsSrvBackend } from './index.ts';
import { insecure, secure } from './testing/services.ts';

const name = '_admin-tls._tcp.kong-admin.kong.svc.cluster.local';

test('everything but the name has a default', () => {
  expect(dnsSrvBackend.parseSettings({ name }, secure)).toEqual({
    ok: true,
    settings: {
      name,
      ttlFloorMs: 5000,
      ttlCeilingMs: 300_000,
      keepLastMs: 600_000,
      timeoutMs: 2000,
      attempts: 2,
      protocol: 'https',
      serverName: 'kong-admin.kong.svc.cluster.local',
    },
  });
});

test('everything can be set', () => {
  const given = {
    name: 'kong.example.',
    resolvers: ['10.0.0.10', '[fd00::a]:5353'],
    search: ['example.com'],
    ttlFloor: '1s',
    ttlCeiling: '1m',
    keepLast: '1h',
    timeout: '500ms',
    attempts: 3,
    serverName: 'kong-admin.kong.svc',
  };
  expect(dnsSrvBackend.parseSettings(given, secure)).toMatchObject({
    settings: {
      resolvers: [
        { host: '10.0.0.10', port: 53 },
        { host: 'fd00::a', port: 5353 },
      ],
      ttlFloorMs: 1000,
      ttlCeilingMs: 60_000,
      keepLastMs: 3_600_000,
      timeoutMs: 500,
      serverName: 'kong-admin.kong.svc',
    },
  });
});

test.each([
  ['_admin._tcp.kong', secure, 'https'],
  ['_admin._tcp.kong', insecure, 'http'],
  ['_kong-admin._tcp.kong', insecure, 'http'],
  ['_admin-tls._tcp.kong', insecure, 'https'],
  ['admin.kong', insecure, 'https'],
])('%s of a fleet with %j is reached with %s', (srvName, context, protocol) => {
  expect(dnsSrvBackend.parseSettings({ name: srvName }, context)).toMatchObject({ settings: { protocol } });
});

test('every mistake is named', () => {
  const wrong = {
    name: 'kong admin',
    resolvers: ['10.0.0.10', 'dns.example', '10.0.0.10:0'],
    search: [''],
    ttlFloor: 5,
    ttlCeiling: '1s',
    attempts: 0,
    serverName: '{name}',
    server: 1,
  };
  const parsed = dnsSrvBackend.parseSettings(wrong, secure);
  expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path)).toEqual([
    'server',
    'name',
    'resolvers[1]',
    'resolvers[2]',
    'search[0]',
    'ttlFloor',
    'ttlCeiling',
    'attempts',
    'serverName',
  ]);
});

test.each([undefined, null, [], 'x', {}, { name: 7 }, { name, resolvers: [] }])('%j is refused', (value) => {
  expect(dnsSrvBackend.parseSettings(value, secure).ok).toBe(false);
});

test.each([
  ['10.0.0.10', { host: '10.0.0.10', port: 53 }],
  ['10.0.0.10:5353', { host: '10.0.0.10', port: 5353 }],
  ['fd00::a', { host: 'fd00::a', port: 53 }],
  ['[fd00::a]:53', { host: 'fd00::a', port: 53 }],
  ['[10.0.0.10]:53', undefined],
  ['localhost:53', undefined],
  ['10.0.0.10:65536', undefined],
  ['', undefined],
])('the resolver %j is %j', (text, expected) => {
  expect(parseResolver(text)).toEqual(expected);
});

test('a resolv.conf is read as the system reads it', () => {
  const text = [
    '# a comment',
    'domain kong.svc',
    'search kong.svc.cluster.local svc.cluster.local ; the last line counts',
    'nameserver 10.96.0.10',
    'nameserver fe80::1%eth0',
    'nameserver nonsense',
    'options rotate ndots:5 timeout:1',
  ].join('\n');
  expect(parseResolvConf(text)).toEqual({
    resolvers: [
      { host: '10.96.0.10', port: 53 },
      { host: 'fe80::1%eth0', port: 53 },
    ],
    search: ['kong.svc.cluster.local', 'svc.cluster.local'],
    ndots: 5,
  });
  expect(parseResolvConf('')).toEqual({
    resolvers: [{ host: '127.0.0.1', port: 53 }],
    search: [],
    ndots: 1,
  });
});

test.each([
  ['a.b', 1, ['a.b', 'a.b.one', 'a.b.two']],
  ['a.b', 5, ['a.b.one', 'a.b.two', 'a.b']],
  ['a.b.', 5, ['a.b']],
])('%s with ndots %d is tried as %j', (given, ndots, expected) => {
  expect(namesToTry(given, { search: ['one', 'two.'], ndots })).toEqual(expected);
});
