import { listModules, listScalars, parseSettings } from './index.ts';
import { validSettings } from './testing/valid-settings.ts';

const file = 'etc/silverback.yaml';

test('modules start from the directory of the settings file', () => {
  const modules = ['./backend.mjs', '../shared/other.mjs', '/opt/third.mjs'];
  const absolute = ['/srv/etc/backend.mjs', '/srv/shared/other.mjs', '/opt/third.mjs'];
  expect(listModules(JSON.stringify({ modules }), file, '/srv')).toEqual(
    absolute.map((path, index) => ({ place: `modules[${index}]`, path })),
  );
  const parsed = parseSettings({ ...validSettings(), modules }, { file, cwd: '/srv' });
  expect(parsed.ok && parsed.settings.modules).toEqual(absolute);
});

test.each([
  'https://example.com/backend.mjs',
  'file:///opt/backend.mjs',
  'data:text/javascript,0',
  'node:fs',
  '',
])('%j is no module', (module) => {
  const modules = ['./good.mjs', module];
  const parsed = parseSettings({ ...validSettings(), modules }, { file });
  expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path)).toEqual(['modules[1]']);
  expect(listModules(JSON.stringify({ modules }), file)).toEqual([]);
});

test.each(['a: [', '', '7', 'fleets: []', 'modules: x', 'modules: [7]'])('%j names none', (text) => {
  expect(listModules(text, file)).toEqual([]);
});

test('neither the environment nor a flag can name a module', () => {
  expect(listScalars().some(({ path }) => path.startsWith('modules'))).toBe(false);
  const env = { SILVERBACK_MODULES: './evil.mjs' };
  const parsed = parseSettings(validSettings(), { file, env, flags: { modules: './evil.mjs' } });
  expect(parsed.ok ? [] : parsed.issues.map(({ origin }) => origin)).toEqual(['SILVERBACK_MODULES']);
  const without = parseSettings(validSettings(), { file, flags: { modules: './evil.mjs' } });
  expect(without.ok && without.settings.modules).toEqual([]);
});
