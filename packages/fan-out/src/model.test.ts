import * as fc from 'fast-check';
import { schedules, type Step } from './testing/model-steps.ts';
import { ModelWorld } from './testing/model-world.ts';

/**
 * Random schedules of everything that can happen to two controllers and their proxies, on a virtual clock.
 * `MODEL_STEPS` says how many steps to take, `MODEL_SEED` (and `MODEL_PATH`) which ones: a failure prints both.
 */
const STEPS = Number(process.env['MODEL_STEPS'] ?? 20_000);
const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_122);
const PATH = process.env['MODEL_PATH'];
const LONGEST = 250;

/** A small generator of numbers in [0, 1), so that a seed gives the same waits each time. */
function jitter(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function run(seed: number, schedule: readonly Step[]): Promise<void> {
  const world = new ModelWorld(jitter(seed));
  for (const [index, step] of schedule.entries()) {
    await world.take(step);
    const [violation] = world.violations;
    if (violation !== undefined) throw new Error(`step ${index} (${step.type}): ${violation}`);
  }
  await world.quiesce();
  const [violation] = world.violations;
  if (violation !== undefined) throw new Error(`when it got quiet: ${violation}`);
}

test('the invariants of proxy sessions hold after each step of any schedule, and all converge once it is over', async () => {
  let steps = 0;
  const property = fc.asyncProperty(fc.nat(), schedules(LONGEST), async (seed, schedule) => {
    steps += schedule.length;
    await run(seed, schedule);
  });
  // Schedules have a third of the longest length on average: fast-check prefers short ones.
  await fc.assert(property, {
    seed: SEED,
    numRuns: Math.ceil(STEPS / (LONGEST / 4)),
    ...(PATH !== undefined && { path: PATH }),
    reporter: (details) => {
      if (!details.failed) return;
      const replay = `MODEL_SEED=${details.seed} MODEL_PATH=${details.counterexamplePath ?? ''}`;
      const cause = details.errorInstance instanceof Error ? details.errorInstance.message : '';
      throw new Error(`${cause}\n${fc.defaultReportMessage(details) ?? ''}\nreplay with ${replay}`);
    },
  });
  if (PATH === undefined) expect(steps).toBeGreaterThanOrEqual(STEPS);
}, 86_400_000);
