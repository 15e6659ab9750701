import { describeMachine, describeVersions } from '../machine.ts';
import type { Progress } from '../progress.ts';
import { runBadNeighbours } from './bad-neighbours.ts';
import { runChurn } from './churn.ts';
import { runRotation } from './rotation.ts';
import { runScaleOut } from './scale-out.ts';
import type { Findings, ScenarioOptions, ScenarioReport } from './scenario.ts';

type Run = (options: ScenarioOptions, progress: Progress) => Promise<Findings>;

const SCENARIOS = {
  'bad-neighbours': runBadNeighbours,
  'scale-out': runScaleOut,
  churn: runChurn,
  rotation: runRotation,
} as const satisfies Record<string, Run>;

export type ScenarioName = keyof typeof SCENARIOS;

/** Runs one scenario to its end. */
export async function runScenario(
  scenario: ScenarioName,
  options: ScenarioOptions,
  progress: Progress,
): Promise<ScenarioReport> {
  const machine = describeMachine();
  const { figures, targets } = await SCENARIOS[scenario](options, progress);
  const rounded = Object.entries(figures).map(([name, figure]) => [name, Number(figure.toFixed(3))] as const);
  return {
    scenario,
    machine,
    versions: describeVersions(),
    options,
    figures: Object.fromEntries(rounded),
    targets,
  };
}
