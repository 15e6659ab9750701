import { readArguments } from './arguments.ts';

function mistakeOf(line: string): string | undefined {
  const wanted = readArguments(line === '' ? [] : line.split(' '));
  return wanted.command === 'usage' ? wanted.mistake : undefined;
}

test('a fan-out takes lists of proxies, sizes and delays', () => {
  const line =
    'fan-out --proxies 1,300 --megabytes 0.5,20 --apply-delay 0,4000 --rounds 2 --answer-factor 3 --seed 7 --json --save x.json';
  expect(readArguments(line.split(' '))).toEqual({
    command: 'fan-out',
    output: { json: true, save: 'x.json' },
    options: {
      proxies: [1, 300],
      megabytes: [0.5, 20],
      applyDelaysMs: [0, 4000],
      rounds: 2,
      answerFactor: 3,
      seed: 7,
    },
  });
});

test('a scenario has a size of its own, and each part of it can be set', () => {
  expect(readArguments(['bad-neighbours'])).toMatchObject({
    command: 'bad-neighbours',
    output: { json: false },
    options: { proxies: 100, applyMs: 4000, seed: 1 },
  });
  expect(readArguments('churn --proxies 3 --seconds 5 --apply-delay 100'.split(' '))).toMatchObject({
    options: { proxies: 3, seconds: 5, applyMs: 100 },
  });
});

test('a translation takes amounts, and none of a kind where it is 0', () => {
  expect(readArguments('translation --ingresses 0,20000 --consumers 0 --seed 2'.split(' '))).toEqual({
    command: 'translation',
    output: { json: false },
    options: { ingresses: [20_000], consumers: [], seed: 2 },
  });
});

test('a cluster has a size, times, numbers of proxies and options for the controller', () => {
  const line = 'cluster --ingresses 500 --endpoints 3 --seconds 5 --proxies 1,20';
  expect(readArguments([...line.split(' '), '--node-options=--cpu-prof --trace-gc'])).toEqual({
    command: 'cluster',
    output: { json: false },
    options: {
      ingresses: 500,
      endpoints: 3,
      seconds: 5,
      proxies: [1, 20],
      seed: 1,
      nodeOptions: '--cpu-prof --trace-gc',
    },
  });
});

test.each([
  ['', 'name one command'],
  ['lean --consumers 5', '--consumers does not belong to this command'],
  ['translation --proxies 5', '--proxies does not belong to this command'],
  ['fan-in', 'unknown command: fan-in'],
  ['fan-out churn', 'name one command'],
  ['fan-out --proxies 0', '--proxies: 0 cannot be used'],
  ['fan-out --proxies 1,', '--proxies:  cannot be used'],
  ['fan-out --megabytes x', '--megabytes: x cannot be used'],
  ['fan-out --apply-delay=-1', '--apply-delay: -1 cannot be used'],
  ['fan-out --seconds 5', '--seconds does not belong to this command'],
  ['scale-out --proxies 1,2', '--proxies takes one number'],
  ['cluster --rounds 5', '--rounds does not belong to this command'],
  ['churn --node-options x', '--node-options does not belong to this command'],
  ['churn --rounds 5', '--rounds does not belong to this command'],
])('"%s" is a mistake: %s', (line, mistake) => {
  expect(mistakeOf(line)).toBe(mistake);
});

test('an unknown option is a mistake, and asking for help is none', () => {
  expect(mistakeOf('fan-out --fast')).toMatch(/--fast/);
  expect(readArguments(['--help'])).toEqual({ command: 'usage' });
});
