import * as fc from 'fast-check';
import { fleetSchedules, type FleetStep } from './testing/fleet-steps.ts';
import { FleetWorld } from './testing/fleet-world.ts';

/**
 * Random schedules of edits that Kong takes or refuses, of faults, and of restarts of the controller, on a virtual clock.
 * `MODEL_STEPS` says how many steps to take, `MODEL_SEED` (and `MODEL_PATH`) which ones: a failure prints both.
 */
const STEPS = Number(process.env['MODEL_STEPS'] ?? 1_000);
const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_128);
const PATH = process.env['MODEL_PATH'];
const LONGEST = 60;

/** A small generator of numbers in [0, 1), so that a seed gives the same waits each time. */
function jitter(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function run(seed: number, schedule: readonly FleetStep[]): Promise<void> {
  const world = new FleetWorld(jitter(seed));
  await world.start();
  for (const [index, step] of schedule.entries()) {
    await world.take(step);
    const [violation] = world.violations;
    if (violation !== undefined) throw new Error(`step ${String(index)} (${step.type}): ${violation}`);
  }
  await world.quiesce();
  const [violation] = world.violations;
  if (violation !== undefined) throw new Error(`when it got quiet: ${violation}`);
}

test('whatever is edited, refused, broken or restarted, each proxy ends with all that Kong takes, and nothing was served open', async () => {
  let steps = 0;
  const property = fc.asyncProperty(fc.nat(), fleetSchedules(LONGEST), async (seed, schedule) => {
    steps += schedule.length;
    await run(seed, schedule);
  });
  await fc.assert(property, {
    seed: SEED,
    // Schedules have a third of the longest length on average: fast-check prefers short ones.
    numRuns: Math.ceil(STEPS / (LONGEST / 4)),
    ...(PATH !== undefined && { path: PATH }),
    reporter: (details) => {
      if (!details.failed) return;
      const replay = `MODEL_SEED=${String(details.seed)} MODEL_PATH=${details.counterexamplePath ?? ''}`;
      const cause = details.errorInstance instanceof Error ? details.errorInstance.message : '';
      throw new Error(`${cause}\n${fc.defaultReportMessage(details) ?? ''}\nreplay with ${replay}`);
    },
  });
  if (PATH === undefined) expect(steps).toBeGreaterThanOrEqual(STEPS);
}, 86_400_000);
