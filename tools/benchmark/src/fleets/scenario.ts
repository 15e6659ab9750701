import type { Machine, Versions } from '../machine.ts';

/** The size of a scenario. */
export interface ScenarioOptions {
  readonly proxies: number;
  /** Of the configuration, about. */
  readonly megabytes: number;
  /** How long a healthy proxy takes to apply, in ms. */
  readonly applyMs: number;
  /** How long the configuration goes on changing, in scenarios where a time is set. */
  readonly seconds: number;
  readonly seed: number;
}

/** One promise that a scenario puts to the test. */
export interface Target {
  readonly what: string;
  readonly met: boolean;
}

/** What a scenario found: figures by name (times in ms), and the verdicts. */
export interface ScenarioReport {
  readonly scenario: string;
  readonly machine: Machine;
  readonly versions: Versions;
  readonly options: ScenarioOptions;
  readonly figures: Readonly<Record<string, number>>;
  readonly targets: readonly Target[];
}

/** What a scenario itself finds. */
export type Findings = Pick<ScenarioReport, 'figures' | 'targets'>;
