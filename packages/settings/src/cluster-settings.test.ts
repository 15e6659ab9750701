import { issueToError, parseSettings } from './index.ts';
import { validSettings } from './testing/valid-settings.ts';

function parse(changes: Readonly<Record<string, unknown>>, adminApi: Readonly<Record<string, unknown>>) {
  const settings = validSettings();
  const [fleet] = settings['fleets'] as object[];
  return parseSettings(
    { ...settings, ...changes, fleets: [{ ...fleet, adminApi }] },
    { file: 'settings.yaml' },
  );
}

function mistakes(...input: Parameters<typeof parse>): string[] {
  const parsed = parse(...input);
  return parsed.ok ? [] : parsed.issues.map((issue) => issueToError(issue).describe());
}

const CLUSTER = { source: { kubernetes: {} } };

test('a Secret takes the place of the files', () => {
  const parsed = parse(CLUSTER, { secret: 'kong/admin-client', tls: { serverName: 'kong-admin.kong.svc' } });
  expect(parsed.ok && parsed.settings.fleets[0]?.adminApi).toMatchObject({ secret: 'kong/admin-client' });
  expect(parsed.ok && parsed.settings.ledger).toEqual({ store: 'auto' });
  expect(mistakes(CLUSTER, { secret: 'kong/admin-client', tokenFile: 't', tls: { caFile: 'ca' } })).toEqual([
    'SettingInvalid: settings.yaml: fleets[0].adminApi.tls.caFile: cannot be given beside adminApi.secret: leave one out (Correct the value.)',
    'SettingInvalid: settings.yaml: fleets[0].adminApi.tokenFile: cannot be given beside adminApi.secret: leave one out (Correct the value.)',
  ]);
  expect(mistakes(CLUSTER, { secret: 'admin-client' })).toEqual([
    'SettingInvalid: settings.yaml: fleets[0].adminApi.secret: must be namespace/name of a Secret (Correct the value.)',
  ]);
});

test('what only a cluster has needs one', () => {
  expect(mistakes({ ledger: { store: 'secret' } }, { secret: 'kong/admin-client' })).toEqual([
    'SettingInvalid: settings.yaml: ledger.store: needs the source kubernetes (Correct the value.)',
    'SettingInvalid: settings.yaml: fleets[0].adminApi.secret: needs the source kubernetes (Correct the value.)',
  ]);
  expect(mistakes({ ledger: { store: 'directory' } }, { tls: { caFile: 'ca.crt' } })).toEqual([]);
});
