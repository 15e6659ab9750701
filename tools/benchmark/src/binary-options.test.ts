import { binaryOptions, optionsIn } from './binary-options.ts';

test.each([
  ['#!/usr/bin/env node\nimport x;', []],
  ['#!/usr/bin/env -S node --max-semi-space-size=8\n', ['--max-semi-space-size=8']],
  ['#!/usr/bin/env -S node --a --b-c=1\n#!/usr/bin/env -S node --other', ['--a', '--b-c=1']],
])('the options of Node in %j', (script, options) => {
  expect(optionsIn(script)).toEqual(options);
});

test('a script that starts something else is not taken for one without options', () => {
  expect(() => optionsIn('#!/bin/sh\n')).toThrow('does not start node');
});

test('the binary of the controller runs with a small young generation', () => {
  expect(binaryOptions()).toEqual(['--max-semi-space-size=8']);
});
