import { binaryOptions } from '../binary-options.ts';
import { nextMessage, startChild, stopChild } from '../child.ts';
import { describeMachine, describeVersions } from '../machine.ts';
import type { Progress } from '../progress.ts';
import { testCertificates } from './certificates.ts';
import type { MeasuringTask, TranslationFigures, TranslationReport, TranslationTask } from './figures.ts';

/** What to measure. */
export interface TranslationOptions {
  /** Each of these by itself, without consumers. */
  readonly ingresses: readonly number[];
  /** Each of these with a thousand Ingresses. */
  readonly consumers: readonly number[];
  readonly seed: number;
}

/** As many Ingresses stand beside consumers. */
const INGRESSES_BESIDE_CONSUMERS = 1_000;

/** Measures each workload in a process of its own. */
export async function runTranslation(
  options: TranslationOptions,
  progress: Progress,
): Promise<TranslationReport> {
  const machine = describeMachine();
  const { seed } = options;
  const tasks = [
    ...options.ingresses.map((ingresses) => ({ ingresses, consumers: 0, seed })),
    ...options.consumers.map((consumers) => ({ ingresses: INGRESSES_BESIDE_CONSUMERS, consumers, seed })),
  ];
  const results: TranslationFigures[] = [];
  for (const task of tasks) {
    progress.say(`${task.ingresses} Ingresses, ${task.consumers} consumers`);
    results.push(rounded(await measureApart(task)));
  }
  return { machine, versions: describeVersions(), seed, results };
}

async function measureApart(task: TranslationTask): Promise<TranslationFigures> {
  const child = startChild(new URL('./measure-main.js', import.meta.url), [
    '--expose-gc',
    ...binaryOptions(),
  ]);
  try {
    const figures = nextMessage(child) as Promise<TranslationFigures>;
    child.send({ ...task, certificates: await testCertificates(task.ingresses) } satisfies MeasuringTask);
    return await figures;
  } finally {
    await stopChild(child);
  }
}

function rounded(figures: TranslationFigures): TranslationFigures {
  const entries = Object.entries(figures).map(([name, figure]) => [name, Number(Number(figure).toFixed(3))]);
  return Object.fromEntries(entries) as TranslationFigures;
}
