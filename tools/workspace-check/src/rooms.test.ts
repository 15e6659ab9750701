import { roomMistakes, type RoomFiles } from './rooms.ts';

const clean: RoomFiles = {
  folder: 'packages/fleet',
  dependencies: ['@silverback/fan-out', 'undici'],
  devDependencies: [],
  references: ['packages/fan-out'],
  hasReadme: true,
};
const rooms = { 'packages/fleet': { imports: ['fan-out'], testImports: ['kong-emulator'] } };

test('rooms that keep to their row have no mistakes', () => {
  expect(roomMistakes(rooms, [clean])).toEqual([]);
  expect(roomMistakes(rooms, [{ ...clean, devDependencies: ['@silverback/kong-emulator'] }])).toEqual([]);
});

test.each([
  [{ dependencies: ['@silverback/fan-out', '@silverback/settings'] }, 'may not depend on settings'],
  [{ devDependencies: ['@silverback/settings'] }, 'may not depend on settings, not even in tests'],
  [{ references: [] }, 'tsconfig.lib.json does not reference it'],
  [{ references: ['packages/fan-out', 'packages/clock'] }, 'package.json does not depend on it'],
  [{ hasReadme: false }, 'has no README.md'],
  [{ folder: 'packages/new' }, 'has no row'],
])('%j is found', (change, sentence) => {
  expect(roomMistakes(rooms, [{ ...clean, ...change }]).join('\n')).toContain(sentence);
});

test('a row without a folder is found', () => {
  expect(roomMistakes(rooms, [])).toEqual([
    'packages/fleet: has a row in dependency-rules.cjs but is not there',
  ]);
});
