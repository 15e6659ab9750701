import { describeSettings, listScalars, settingsJsonSchema } from './index.ts';

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

test('every setting is described', () => {
  const settings = describeSettings();
  expect(settings).toContainEqual({
    path: 'fleets[].adminApi.applyTimeout',
    type: 'duration with unit',
    isRequired: false,
    default: '10m',
    meaning: 'How long a proxy may take to apply a configuration that was sent in full.',
  });
  expect(settings.find((setting) => setting.path === 'log.level')).toMatchObject({
    values: ['trace', 'debug', 'info', 'warn', 'error'],
    scalar: { flag: '--log-level' },
  });
  for (const setting of settings) expect(setting.meaning).not.toBe('');
});
