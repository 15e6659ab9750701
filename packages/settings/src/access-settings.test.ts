import { issueToError, parseSettings, type ParsedSettings } from './index.ts';
import { validSettings } from './testing/valid-settings.ts';

/** Settings with these values in the fleet's `adminApi`. */
function parse(adminApi: Readonly<Record<string, unknown>>): ParsedSettings {
  const settings = validSettings();
  const [fleet] = settings['fleets'] as { readonly adminApi: object }[];
  const fleets = [{ ...fleet, adminApi: { ...fleet?.adminApi, ...adminApi } }];
  return parseSettings({ ...settings, fleets }, { file: '/etc/silverback/settings.yaml' });
}

function mistakes(adminApi: Readonly<Record<string, unknown>>): string[] {
  const parsed = parse(adminApi);
  return parsed.ok ? [] : parsed.issues.map((issue) => issueToError(issue).describe());
}

test('the paths of all credentials start from the settings file', () => {
  const tls = { caFile: 'ca.crt', certFile: 'tls/client.crt', keyFile: '/keys/client.key' };
  const parsed = parse({ tls, tokenFile: '../token' });
  expect(parsed.ok && parsed.settings.fleets[0]?.adminApi).toMatchObject({
    tokenFile: '/etc/token',
    tls: {
      caFile: '/etc/silverback/ca.crt',
      certFile: '/etc/silverback/tls/client.crt',
      keyFile: '/keys/client.key',
    },
  });
  const relative = parse({ tls: { ...tls, keyFile: 'tls/client.key' } });
  expect(relative.ok && relative.settings.fleets[0]?.adminApi.tls.keyFile).toBe(
    '/etc/silverback/tls/client.key',
  );
});

test('a client certificate and its key are given together', () => {
  expect(mistakes({ tls: { caFile: 'ca.crt', certFile: 'tls.crt' } })).toEqual([
    expect.stringContaining('adminApi.tls.keyFile: is required, because certFile is given'),
  ]);
  expect(mistakes({ tls: { caFile: 'ca.crt', keyFile: 'tls.key' } })).toEqual([
    expect.stringContaining('adminApi.tls.certFile: is required, because keyFile is given'),
  ]);
});

test('headers name files, whose paths start from the settings file', () => {
  const parsed = parse({ headers: { 'X-Gateway-Key': { file: 'keys/gateway' } } });
  expect(parsed.ok && parsed.settings.fleets[0]?.adminApi.headers).toEqual({
    'X-Gateway-Key': { file: '/etc/silverback/keys/gateway' },
  });
});

test.each([
  'Content-Length',
  'content-type',
  'Connection',
  'Keep-Alive',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'Proxy-Authorization',
  'Host',
  'Expect',
  'Kong-Admin-Token',
  'X-Key\r\nHost',
  'X Key',
  'X-Schlüssel',
  '',
  '__proto__x',
])('a header called %j is refused', (name) => {
  expect(mistakes({ headers: { [name]: { file: 'x' } } })).toEqual([
    expect.stringContaining('SettingInvalid: /etc/silverback/settings.yaml: fleets[0].adminApi.headers.'),
  ]);
});

test('a header that is given twice in other letters is refused, and so is a value in the settings', () => {
  expect(mistakes({ headers: { 'X-Key': { file: 'a' }, 'x-key': { file: 'b' } } })).toEqual([
    expect.stringContaining('is given twice'),
  ]);
  expect(mistakes({ headers: { 'X-Key': 'value' } })).toEqual([expect.stringContaining('must be a mapping')]);
});

test('pins are SHA-256 in base64', () => {
  const pin = Buffer.alloc(32, 7).toString('base64');
  const tls = (pins: unknown): Record<string, unknown> => ({
    tls: { caFile: 'ca.crt', serverPublicKeySha256: pins },
  });
  expect(mistakes(tls([pin]))).toEqual([]);
  // The last character holds four bits only.
  const longer = pin.replace(/.=$/, 'd=');
  for (const wrong of [
    [],
    [pin.slice(1)],
    [longer],
    [Buffer.alloc(32, 7).toString('hex')],
    [`sha256/${pin}`],
    pin,
  ]) {
    expect(mistakes(tls(wrong))).toHaveLength(1);
  }
});

test('the trust in former CAs can be ended at once, and is bounded', () => {
  const overlap = (caOverlap: string): Record<string, unknown> => ({ tls: { caFile: 'ca.crt', caOverlap } });
  expect(mistakes(overlap('0s'))).toEqual([]);
  expect(mistakes(overlap('25h'))).toEqual([expect.stringContaining('must be between 0s and 24h')]);
});
