import * as fc from 'fast-check';
import { Occurrences } from './occurrences.ts';
import { readSettings, type ModelEnvironment, type ModelSettings } from './settings.ts';

/** What a world gets from the frame. */
export interface WorldSetting {
  /** Gives numbers in [0, 1), the same ones in each replay: for all that is left to chance. */
  readonly random: () => number;
  /** To be told what a schedule leads to: see {@link Model.mustOccur}. */
  readonly note: (what: string) => void;
  /** To be told everything that happens, in lines for people; absent unless somebody wants to read it. */
  readonly trace?: (line: string) => void;
}

/** What a schedule happens to. */
export interface World<Step> {
  /** What was not as it should be, in words. The first one ends the schedule. */
  readonly violations: readonly string[];
  /** Takes one step and lets everything happen that follows from it at once. */
  take(step: Step): Promise<void>;
  /** After the last step: ends all faults, waits until everything is as it should be, and ends the world. */
  quiesce(): Promise<void>;
}

/** A model: random schedules of steps, and the world that they happen to. */
export interface Model<Step extends { readonly type: string }> {
  /** Schedules of up to so many steps. Every step can be taken in every state, so that schedules can be shortened. */
  readonly schedules: (longest: number) => fc.Arbitrary<readonly Step[]>;
  readonly longest: number;
  readonly makeWorld: (setting: WorldSetting) => World<Step> | Promise<World<Step>>;
  /** How many steps are taken unless `MODEL_STEPS` says otherwise. */
  readonly steps: number;
  /** Which ones unless `MODEL_SEED` says otherwise. */
  readonly seed: number;
  /** What has to occur in so many steps: what is never tried is not tested. A step is noted as `step <its type>`. */
  readonly mustOccur: readonly string[];
}

/**
 * Takes random schedules through worlds. `MODEL_STEPS`, `MODEL_SEED` and `MODEL_PATH` say how many and which ones, and with
 * `MODEL_TRACE=1` everything that happens is printed; a number of steps of one's own prints what has occurred how often.
 *
 * @throws Error where something is not as it should be, with the shortest schedule that shows it and how to replay it; or
 *   where something never occurs that must
 */
export async function checkModel<Step extends { readonly type: string }>(
  model: Model<Step>,
  environment: ModelEnvironment = process.env,
  print: (text: string) => void = (text) => process.stdout.write(text),
): Promise<void> {
  const settings = readSettings(environment, model);
  const occurrences = new Occurrences();
  let steps = 0;
  const property = fc.asyncProperty(fc.nat(), model.schedules(model.longest), async (seed, schedule) => {
    steps += schedule.length;
    const trace = settings.isTraced
      ? (line: string) => {
          print(`${line}\n`);
        }
      : undefined;
    await run(model, schedule, {
      random: numbers(seed),
      note: (what) => {
        occurrences.note(what);
      },
      ...(trace && { trace }),
    });
  });
  // Schedules have a third of the longest length on average: fast-check prefers short ones.
  await fc.assert(property, {
    seed: settings.seed,
    numRuns: Math.ceil(settings.steps / (model.longest / 4)),
    ...(settings.path !== undefined && { path: settings.path, numRuns: 1, endOnFailure: true }),
    reporter: report,
  });
  if (settings.path !== undefined) return;
  if (settings.isCounted) print(`${String(steps)} steps\n${occurrences.table()}\n`);
  checkExtent(steps, settings, model, occurrences);
}

async function run<Step extends { readonly type: string }>(
  { makeWorld }: Model<Step>,
  schedule: readonly Step[],
  setting: WorldSetting,
): Promise<void> {
  const world = await makeWorld(setting);
  for (const [index, step] of schedule.entries()) {
    setting.note(`step ${step.type}`);
    setting.trace?.(`step ${String(index)}: ${JSON.stringify(step)}`);
    await world.take(step);
    failOn(world.violations, `step ${String(index)} (${step.type})`);
  }
  setting.trace?.('no more steps');
  await world.quiesce();
  failOn(world.violations, 'when it got quiet');
}

function failOn([first]: readonly string[], when: string): void {
  if (first !== undefined) throw new Error(`${when}: ${first}`);
}

function report<Arguments>(details: fc.RunDetails<Arguments>): void {
  if (!details.failed) return;
  const replay = `MODEL_SEED=${String(details.seed)} MODEL_PATH=${details.counterexamplePath ?? ''}`;
  const cause = details.errorInstance instanceof Error ? details.errorInstance.message : '';
  throw new Error(
    `${cause}\n${fc.defaultReportMessage(details) ?? ''}\nreplay with ${replay} (and MODEL_TRACE=1)`,
  );
}

function checkExtent<Step extends { readonly type: string }>(
  steps: number,
  settings: ModelSettings,
  model: Model<Step>,
  occurrences: Occurrences,
): void {
  if (steps < settings.steps) throw new Error(`${String(steps)} steps were taken, which is too few`);
  const missing = settings.steps < model.steps ? [] : occurrences.missing(model.mustOccur);
  if (missing.length > 0)
    throw new Error(`in ${String(steps)} steps these never occurred: ${missing.join(', ')}`);
}

/** A small generator of numbers in [0, 1), so that a seed gives the same waits each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
