import { listScalars, settingsJsonSchema, settingsTable } from './index.ts';

test('variables and flags are derived from the path, for single values outside lists', () => {
  expect(listScalars().map(({ path, variable, flag }) => [path, variable, flag])).toEqual([
    ['source.directory.path', 'SILVERBACK_SOURCE_DIRECTORY_PATH', '--source-directory-path'],
    ['stateDirectory', 'SILVERBACK_STATE_DIRECTORY', '--state-directory'],
    ['ingressClass', 'SILVERBACK_INGRESS_CLASS', '--ingress-class'],
    ['log.level', 'SILVERBACK_LOG_LEVEL', '--log-level'],
    ['health.enabled', 'SILVERBACK_HEALTH_ENABLED', '--health-enabled'],
    ['health.address', 'SILVERBACK_HEALTH_ADDRESS', '--health-address'],
  ]);
});

test('the JSON Schema is strict and asks only for what has no default', () => {
  const schema = settingsJsonSchema();
  expect(schema).toMatchObject({ additionalProperties: false, required: ['source', 'fleets'] });
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});

test('every setting in the reference has a meaning', () => {
  const rows = settingsTable().split('\n').slice(2);
  expect(rows).toContainEqual(
    expect.stringMatching(/^\| `fleets\[\]\.adminApi\.applyTimeout` \| duration with unit \| `10m` \|/),
  );
  for (const row of rows) expect(row.split('|')[4]?.trim()).not.toBe('');
});
