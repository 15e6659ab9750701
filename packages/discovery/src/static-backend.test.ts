import fc from 'fast-check';
import { staticBackend, type MembershipSnapshot, type ParsedSettings } from './index.ts';
import { parseProxyUrl } from './proxy-url.ts';
import { insecure, secure, services } from './testing/services.ts';

/** `path: message` of each mistake. */
function mistakes(parsed: ParsedSettings<unknown>): string[] {
  return parsed.ok ? [] : parsed.issues.map(({ path, message }) => `${path}: ${message}`);
}

async function discover(proxies: readonly string[], context = secure): Promise<MembershipSnapshot> {
  const parsed = staticBackend.parseSettings({ proxies }, context);
  if (!parsed.ok) throw new Error(mistakes(parsed).join('\n'));
  const discovery = staticBackend.create(parsed.settings, context, services());
  const reports: MembershipSnapshot[] = [];
  await discovery.start((snapshot) => reports.push(snapshot));
  await discovery.stop();
  const [first, ...more] = reports;
  expect(more).toEqual([]);
  if (first === undefined) throw new Error('no report came');
  return first;
}

test('the listed proxies are reported once, sorted, under the names of their hosts', async () => {
  expect(
    await discover(['https://kong-b.example:9444', 'https://10.0.0.7', 'https://[2001:DB8::1]/']),
  ).toEqual({
    origin: 'static',
    health: { state: 'ok' },
    members: [
      {
        key: '10.0.0.7:8444',
        name: '10.0.0.7:8444',
        protocol: 'https',
        host: '10.0.0.7',
        port: 8444,
        serverName: '10.0.0.7',
        origin: 'static',
      },
      {
        key: '[2001:db8::1]:8444',
        name: '[2001:db8::1]:8444',
        protocol: 'https',
        host: '2001:db8::1',
        port: 8444,
        serverName: '2001:db8::1',
        origin: 'static',
      },
      {
        key: 'kong-b.example:9444',
        name: 'kong-b.example:9444',
        protocol: 'https',
        host: 'kong-b.example',
        port: 9444,
        serverName: 'kong-b.example',
        origin: 'static',
      },
    ],
  });
});

test('an insecure fleet may use http, whose default port is 8001', async () => {
  const { members } = await discover(['http://kong', 'https://kong'], insecure);
  expect(members.map(({ protocol, key }) => `${protocol} ${key}`)).toEqual([
    'http kong:8001',
    'https kong:8444',
  ]);
});

test('an IPv6 address is the same however it is written', () => {
  const proxies = ['https://[2001:db8::1]', 'https://[2001:0DB8:0::0001]'];
  expect(mistakes(staticBackend.parseSettings({ proxies }, secure))).toEqual([
    'proxies[1]: names the same host and port as proxies[0]',
  ]);
});

test('an empty list is a fleet without proxies', async () => {
  expect((await discover([])).members).toEqual([]);
});

test('every mistake is found at once, at its place', () => {
  const proxies = [
    'http://a:8001',
    'https://user:s3cret@b',
    7,
    'https://c',
    'https://C:8444',
    'https://d:0/x',
  ];
  expect(mistakes(staticBackend.parseSettings({ proxies, proxy: 1 }, secure))).toEqual([
    'proxy: is not a setting of static; allowed: proxies, file',
    'proxies[0]: http:// is allowed only in a fleet with insecure: true; use https://',
    'proxies[1]: must not hold a user or password; allowed is https://host:port',
    'proxies[2]: must be a URL as text',
    'proxies[4]: names the same host and port as proxies[3]',
    'proxies[5]: the port must be between 1 and 65535',
    'proxies[5]: must not hold a path, query or fragment; allowed is https://host:port',
  ]);
});

test.each([undefined, null, [], 'https://a', 7])('%j instead of settings is a mistake', (value) => {
  expect(mistakes(staticBackend.parseSettings(value, secure))).toEqual([
    ': must be a mapping with proxies, file',
  ]);
});

test.each([
  [{}, ': must have either the list proxies, which may be empty, or a file'],
  [{ proxies: null }, ': must have either the list proxies, which may be empty, or a file'],
  [{ proxies: [], file: 'x' }, ': must have either the list proxies, which may be empty, or a file'],
  [{ proxies: 'https://a' }, 'proxies: must be a list; it may be empty'],
  [{ file: '' }, 'file: must not be empty'],
  [{ file: ['x'] }, 'file: must be a text'],
])('%j is refused', (value, mistake) => {
  expect(mistakes(staticBackend.parseSettings(value, secure))).toEqual([mistake]);
});

test.each([
  '',
  'kong:8444',
  'ftp://kong',
  'https://',
  'https://:8444',
  'https://kong:',
  'https://kong:port',
  'https://kong:65536',
  'https://kong/admin',
  'https://kong?x=1',
  'https://kong#x',
  'https://kong\\admin',
  'https://ko ng',
  'https://kong\n',
  'https://-kong',
  'https://kong..example',
  'https://10.7',
  'https://10.0.0.256',
  'https://0x7f000001',
  'https://2001:db8::1',
  'https://[2001:db8::1',
  'https://[kong]',
  'https://[10.0.0.7]',
  'https://[fe80::1%eth0]',
])('%j is refused', (url) => {
  expect(parseProxyUrl(url, true).ok).toBe(false);
});

test('whatever the list holds, settings are found to be good or mistakes are named, without any password', () => {
  const url = fc.oneof(
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.string(),
    fc.string().map((text) => `https://user:S3cr3t@${text}`),
    fc.anything(),
  );
  fc.assert(
    fc.property(fc.array(url), fc.boolean(), (proxies, isInsecure) => {
      const parsed = staticBackend.parseSettings({ proxies }, isInsecure ? insecure : secure);
      const found = mistakes(parsed);
      expect(parsed.ok).toBe(found.length === 0);
      expect(found.join('\n')).not.toContain('S3cr3t');
      expect(found.every((text) => text.startsWith('proxies['))).toBe(true);
    }),
  );
});
