/** The environment, as far as it is about models. */
export type ModelEnvironment = Readonly<Record<string, string | undefined>>;

/** How a model is run. */
export interface ModelSettings {
  readonly steps: number;
  readonly seed: number;
  /** Which schedule of the seed, as a failure names it; all of them if absent. */
  readonly path?: string;
  readonly isTraced: boolean;
  /** Whether what has occurred is printed. */
  readonly isCounted: boolean;
}

/**
 * Reads how a model is to be run.
 *
 * @param defaults - what is used where the environment says nothing
 * @throws Error where a number is not one
 */
export function readSettings(
  environment: ModelEnvironment,
  defaults: Pick<ModelSettings, 'steps' | 'seed'>,
): ModelSettings {
  const path = environment['MODEL_PATH'];
  return {
    steps: numberOf(environment, 'MODEL_STEPS', 1) ?? defaults.steps,
    seed: numberOf(environment, 'MODEL_SEED', Number.MIN_SAFE_INTEGER) ?? defaults.seed,
    ...(path !== undefined && path !== '' && { path }),
    isTraced: environment['MODEL_TRACE'] === '1',
    isCounted: environment['MODEL_STEPS'] !== undefined,
  };
}

function numberOf(environment: ModelEnvironment, name: string, least: number): number | undefined {
  const text = environment[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(number) || number < least)
    throw new Error(`${name} is "${text}", and must be a whole number${least === 1 ? ', at least 1' : ''}`);
  return number;
}
