import { relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import picocolors from 'picocolors';
import type { ResourceSource } from './arguments.ts';
import { describeChanges } from './changes.ts';
import { ChildGroup } from './child-group.ts';
import { describeExit } from './child.ts';
import { instructions } from './instructions.ts';
import { claimLayout, releaseLayout, type Layout } from './layout.ts';
import { documentedOrFreePorts, type DemoPorts } from './ports.ts';
import { Screen } from './screen.ts';
import { raiseStage, type Stage } from './stage.ts';
import { renderView, type View } from './table.ts';

const POLL_MS = 200;
const GRACE_MS = 5_000;
const LOG_LINES = 20;

/**
 * Runs the demo until `signal` aborts, or until the controller ends by itself.
 *
 * @param parent - the folder in which the working directory is made
 * @param source - where the controller takes its resources from
 * @param output - where everything is shown
 * @returns the exit code
 */
export async function runLive(
  parent: string,
  source: ResourceSource,
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<number> {
  const notes: string[] = [];
  const group = new ChildGroup((child) => {
    const how = child.ended === undefined ? '' : ` (${describeExit(child.ended)})`;
    notes.push(`${child.name} has ended${how}; its log: ${child.logFile}`);
  });
  const layout = claimLayout(parent, 'demo');
  try {
    const ports = await documentedOrFreePorts();
    const stage = await raiseStage(group, layout, ports, source);
    output.write(`${introduction(stage, layout, ports).join('\n')}\n`);
    await follow(stage, notes, output, signal);
    return conclude(stage, output);
  } finally {
    output.write('Ending …\n');
    await group.end(GRACE_MS);
    releaseLayout(layout);
  }
}

function introduction(stage: Stage, layout: Layout, ports: DemoPorts): string[] {
  return instructions({
    proxies: stage.proxies,
    manifests: relative(process.cwd(), layout.manifests),
    certificate: relative(process.cwd(), layout.shopCertificate),
    healthPort: ports.health,
    ...(stage.cluster && { kubeconfig: relative(process.cwd(), layout.kubeconfig) }),
  });
}

async function follow(
  stage: Stage,
  notes: readonly string[],
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<void> {
  const show = output.isTTY ? tableOn(output, nameIn(stage)) : linesOn(output, nameIn(stage));
  let answered = false;
  while (!signal.aborted && stage.controller.child.ended === undefined) {
    const view = await look(stage, notes);
    answered ||= view.silence === undefined;
    show(answered ? view : { ...view, silence: 'the controller is starting' });
    await pause(POLL_MS, undefined, { signal }).catch(ignoreAbort);
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}

async function look(stage: Stage, notes: readonly string[]): Promise<View> {
  try {
    return { fleets: await stage.controller.fleets(), notes: [...notes] };
  } catch (error) {
    return { fleets: [], notes: [...notes], silence: `no report from the controller: ${reasonOf(error)}` };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch hides the reason of a failed connection in the cause.
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function nameIn(stage: Stage): (address: string) => string {
  const names = new Map(stage.proxies.map((proxy) => [proxy.address, proxy.name]));
  return (address) => names.get(address) ?? address;
}

function tableOn(output: NodeJS.WriteStream, nameOf: (address: string) => string): (view: View) => void {
  const screen = new Screen(output);
  return (view) => {
    const style = { columns: output.columns, colors: picocolors, nameOf };
    screen.show(renderView(view, style));
  };
}

function linesOn(output: NodeJS.WriteStream, nameOf: (address: string) => string): (view: View) => void {
  let before: View | undefined;
  return (view) => {
    for (const line of describeChanges(before, view, nameOf)) output.write(`${line}\n`);
    before = view;
  };
}

function conclude(stage: Stage, output: NodeJS.WriteStream): number {
  const { child } = stage.controller;
  if (child.ended === undefined) return 0;
  output.write(`The controller has ended by itself (${describeExit(child.ended)}). Its last lines:\n`);
  for (const line of child.lastLines(LOG_LINES)) output.write(`  ${line}\n`);
  return 1;
}
