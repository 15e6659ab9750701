import { readArguments } from './arguments.ts';

test('without arguments the demo runs until it is ended', () => {
  expect(readArguments([])).toEqual({ mode: 'live' });
});

test('--once runs it unattended', () => {
  expect(readArguments(['--once'])).toEqual({ mode: 'once' });
});

test('an argument that is not known is a mistake, not ignored', () => {
  expect(readArguments(['--onec'])).toEqual({ mode: 'usage', mistake: 'unknown argument: --onec' });
  expect(readArguments(['--once', 'now'])).toEqual({
    mode: 'usage',
    mistake: 'unknown argument: --once now',
  });
});
