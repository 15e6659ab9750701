import { readArguments } from './arguments.ts';

test('without arguments the demo runs until it is ended', () => {
  expect(readArguments([])).toEqual({ mode: 'live', source: 'folder' });
});

test('--once runs it unattended', () => {
  expect(readArguments(['--once'])).toEqual({ mode: 'once', source: 'folder' });
});

test('--cluster takes the resources from an emulated cluster, in both ways', () => {
  expect(readArguments(['--cluster'])).toEqual({ mode: 'live', source: 'cluster' });
  for (const words of [
    ['--once', '--cluster'],
    ['--cluster', '--once'],
  ])
    expect(readArguments(words)).toEqual({ mode: 'once', source: 'cluster' });
});

test('an argument that is not known is a mistake, not ignored', () => {
  expect(readArguments(['--onec'])).toEqual({ mode: 'usage', mistake: 'unknown argument: --onec' });
  expect(readArguments(['--once', 'now'])).toEqual({
    mode: 'usage',
    mistake: 'unknown argument: --once now',
  });
});
