import { Unmet } from '../until.ts';
import { runChecks, summary, type Check } from './runner.ts';

const passing = (name: string): Check => ({ name, run: () => Promise.resolve('seen') });
const failing = (name: string, vital = false): Check => ({
  name,
  vital,
  run: () => Promise.reject(new Unmet('a hash', 'none')),
});

async function linesOf(checks: readonly Check[], reasonToEnd: () => string | undefined = () => undefined) {
  const lines: string[] = [];
  const tally = await runChecks(checks, (line) => lines.push(line), reasonToEnd);
  return [...lines, summary(tally)];
}

test('each check is one line and the summary counts them', async () => {
  expect(await linesOf([passing('first'), failing('second'), passing('third')])).toEqual([
    'ok     first: seen',
    'FAILED second: expected a hash; saw none',
    'ok     third: seen',
    '2 checks passed, 1 failed',
  ]);
});

test('what needs a check that failed is not tried and counts as failed', async () => {
  expect(await linesOf([failing('start', true), passing('then')])).toEqual([
    'FAILED start: expected a hash; saw none',
    'FAILED then: not tried: needs "start"',
    '0 checks passed, 2 failed',
  ]);
});

test('an interruption leaves no check out of the count', async () => {
  let left = 1;
  const reason = (): string | undefined => (left-- > 0 ? undefined : 'interrupted');
  expect(await linesOf([passing('first'), passing('second'), passing('third')], reason)).toEqual([
    'ok     first: seen',
    'FAILED second: not tried: interrupted',
    'FAILED third: not tried: interrupted',
    '1 checks passed, 2 failed',
  ]);
});
