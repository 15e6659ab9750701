import type { ResourceSource } from './arguments.ts';
import { ChildGroup } from './child-group.ts';
import { describeExit } from './child.ts';
import { editingChecks } from './checks/editing.ts';
import { refusingChecks } from './checks/refusing.ts';
import { repairingChecks } from './checks/repairing.ts';
import { restartingChecks } from './checks/restarting.ts';
import { runChecks, summary, type Check, type Tally } from './checks/runner.ts';
import { servingChecks } from './checks/serving.ts';
import { startingChecks } from './checks/starting.ts';
import { statusChecks } from './checks/status.ts';
import { claimLayout, releaseLayout } from './layout.ts';
import { freePorts } from './ports.ts';
import { raiseStage, type Stage } from './stage.ts';

const GRACE_MS = 5_000;
const LOG_LINES = 30;
/** No check is begun later than this; each bounds its own waits. */
const TIME_MS = 45_000;

/**
 * Starts everything, checks what Silverback promises, and ends everything.
 *
 * @param parent - the folder in which the working directory is made
 * @param source - where the controller takes its resources from
 * @param output - gets one line for each check and a summary
 * @param signal - aborts: the remaining checks count as failed
 * @returns the exit code: 0 only if every check passed and every process ended as it should
 */
export async function runOnce(
  parent: string,
  source: ResourceSource,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<number> {
  const begun = performance.now();
  const print = (line: string): void => void output.write(`${line}\n`);
  const group = new ChildGroup((child) => {
    if (child.ended?.code !== 0 && child.ended !== undefined)
      print(`${child.name} has ended by itself (${describeExit(child.ended)})`);
  });
  const layout = claimLayout(parent, source === 'cluster' ? 'demo-cluster-once' : 'demo-once');
  print('Silverback demo, unattended. The three Kong proxies are EMULATED: no Kong runs here.');
  if (source === 'cluster') print('The API server is EMULATED too: no cluster is behind it.');
  try {
    const stage = await raiseStage(group, layout, await freePorts(), source);
    const tally = await runChecks(allChecks(stage), print, () => {
      if (signal.aborted) return 'interrupted';
      return performance.now() - begun > TIME_MS ? 'no time left' : undefined;
    });
    if (tally.failed > 0) printLog(stage, print);
    return conclude(tally, await group.end(GRACE_MS), begun, print);
  } finally {
    await group.end(GRACE_MS);
    releaseLayout(layout);
  }
}

function allChecks(stage: Stage): Check[] {
  return [
    ...startingChecks(stage),
    ...servingChecks(stage),
    ...editingChecks(stage),
    ...repairingChecks(stage),
    ...refusingChecks(stage),
    ...statusChecks(stage),
    ...restartingChecks(stage),
  ];
}

function printLog(stage: Stage, print: (line: string) => void): void {
  const { child } = stage.controller;
  print(`The controller's last log lines (all of it: ${child.logFile}):`);
  for (const line of child.lastLines(LOG_LINES)) print(`  ${line}`);
}

function conclude(
  tally: Tally,
  badEnds: readonly string[],
  begun: number,
  print: (line: string) => void,
): number {
  for (const end of badEnds) print(`FAILED every process ends with exit code 0 after SIGTERM: ${end}`);
  const total = { passed: tally.passed, failed: tally.failed + badEnds.length };
  print(`${summary(total)} in ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  return total.failed === 0 ? 0 : 1;
}
