import * as fc from 'fast-check';
import { checkModel, type Model, type WorldSetting } from './index.ts';

interface Step {
  readonly type: 'add' | 'double';
}

/** A counter that must not pass its limit. */
function counter(limit: number, { note, trace }: Pick<WorldSetting, 'note' | 'trace'>) {
  const violations: string[] = [];
  let count = 1;
  return {
    violations,
    take: ({ type }: Step) => {
      count = type === 'add' ? count + 1 : count * 2;
      trace?.(`count ${String(count)}`);
      if (count > 5) note('large');
      if (count > limit) violations.push(`the count is ${String(count)}`);
      return Promise.resolve();
    },
    quiesce: () => Promise.resolve(),
  };
}

const model = (limit: number): Model<Step> => ({
  schedules: (longest) =>
    fc.array(fc.record({ type: fc.constantFrom<Step['type']>('add', 'double') }), {
      maxLength: longest,
      minLength: 1,
      size: 'max',
    }),
  longest: 20,
  makeWorld: (setting) => counter(limit, setting),
  steps: 100,
  seed: 7,
  mustOccur: ['step add', 'step double', 'large'],
});

/** Runs a model and gives the words of the error, and what was printed. */
async function outcome(of: Model<Step>, environment: Record<string, string> = {}) {
  let printed = '';
  const error = await checkModel(of, environment, (text) => (printed += text)).catch(
    (thrown: unknown) => thrown,
  );
  return { message: error instanceof Error ? error.message : '', printed };
}

test('a model that keeps its promises passes and prints nothing', async () => {
  expect(await outcome(model(Infinity))).toEqual({ message: '', printed: '' });
});

test('a failure says what is wrong, the shortest schedule that shows it, and how to replay it', async () => {
  const { message } = await outcome(model(3));
  expect(message).toContain('step 1 (double): the count is 4');
  const [, seed = '', path = ''] = /MODEL_SEED=(\d+) MODEL_PATH=([\d:]+)/.exec(message) ?? [];
  const again = await outcome(model(3), { MODEL_SEED: seed, MODEL_PATH: path, MODEL_TRACE: '1' });
  expect(again.message).toContain('step 1 (double): the count is 4');
  expect(again.printed).toMatch(/^step 0: .*\ncount 2\nstep 1: .*\ncount 4\n$/);
});

test('what never occurs fails a run of the usual length, and no shorter one', async () => {
  const never = { ...model(Infinity), mustOccur: ['step add', 'step never', 'no such thing'] };
  expect((await outcome(never)).message).toMatch(/these never occurred: step never, no such thing$/);
  expect((await outcome(never, { MODEL_STEPS: '5' })).message).toBe('');
});

test('a run of a length of one own tells what has occurred', async () => {
  const { printed } = await outcome(model(Infinity), { MODEL_STEPS: '300' });
  expect(printed).toMatch(/^\d+ steps\n +\d+ large\n +\d+ step add\n +\d+ step double\n$/);
});

test.each([
  ['MODEL_STEPS', 'many'],
  ['MODEL_STEPS', '0'],
  ['MODEL_SEED', '1.5'],
])('%s must not be %s', async (name, value) => {
  expect((await outcome(model(3), { [name]: value })).message).toContain(`${name} is "${value}"`);
});
