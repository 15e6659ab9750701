import { SLICE_MS, TimeSlices, VirtualClock } from './index.ts';

/** A clock on which each look takes a ms, as work does. */
class WorkingClock extends VirtualClock {
  #worked = 0;

  override now(): number {
    this.#worked += 1;
    return super.now() + this.#worked;
  }
}

function* work(name: string, steps: number, log: string[]): Generator<undefined, string> {
  for (let step = 1; step <= steps; step += 1) {
    log.push(`${name} ${step}`);
    yield undefined;
  }
  return `${name} is done`;
}

function setUp() {
  const clock = new WorkingClock();
  const log: string[] = [];
  const slices = new TimeSlices(clock);
  const say = (text: string): unknown => log.push(text);
  const run = (name: string, steps: number) => slices.run(work(name, steps, log), say);
  return { clock, slices, log, run, say };
}

test('short work is done at once', () => {
  const { log, run } = setUp();
  run('a', 2);
  expect(log).toEqual(['a 1', 'a 2', 'a is done']);
});

test('long work lets others go on after each slice, and comes to its end', async () => {
  const { clock, log, run, say } = setUp();
  run('a', 3 * SLICE_MS);
  expect(log).toHaveLength(SLICE_MS);
  clock.schedule(0, () => say('another timer'));
  await clock.advance(0);
  expect(log.indexOf('another timer')).toBe(2 * SLICE_MS);
  expect(log).toHaveLength(3 * SLICE_MS + 2);
  expect(log.at(-1)).toBe('a is done');
});

test('what comes while long work is on its way waits for its end, and has no slice of its own', async () => {
  const { clock, log, run } = setUp();
  run('a', SLICE_MS + 1);
  run('b', 1);
  expect(log).not.toContain('b 1');
  await clock.advance(0);
  expect(log.slice(-4)).toEqual([`a ${SLICE_MS + 1}`, 'a is done', 'b 1', 'b is done']);
});

test('what somebody begins who was told a result has the rest of the slice', () => {
  const { log, slices, run } = setUp();
  slices.run(work('a', 1, log), () => run('b', 2 * SLICE_MS));
  expect(log.length).toBeLessThanOrEqual(SLICE_MS);
  expect(log[1]).toBe('b 1');
});

test('dropped work goes no further', async () => {
  const { clock, log, run } = setUp();
  const drop = run('a', 3 * SLICE_MS);
  run('b', 1);
  drop();
  await clock.advance(10);
  expect(log.slice(SLICE_MS)).toEqual(['b 1', 'b is done']);
});

test('work that fails does not stop what comes after it', async () => {
  const { clock, log, slices, run } = setUp();
  run('a', SLICE_MS);
  slices.run(failing(), () => log.push('never'));
  run('b', 1);
  await expect(clock.advance(0)).rejects.toThrow('broken');
  await clock.advance(10);
  expect(log.slice(-2)).toEqual(['b 1', 'b is done']);
});

// eslint-disable-next-line require-yield -- it fails before its first pause
function* failing(): Generator<undefined, never> {
  throw new Error('broken');
}
