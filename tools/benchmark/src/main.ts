import { writeFileSync } from 'node:fs';
import { readArguments, USAGE, type Output } from './arguments.ts';
import { runCluster } from './cluster/run.ts';
import { clusterTable } from './cluster/table.ts';
import { runFanOut } from './fan-out/run.ts';
import { fanOutTable } from './fan-out/table.ts';
import { runScenario } from './fleets/run.ts';
import { scenarioTable } from './fleets/table.ts';
import { runLean } from './lean/run.ts';
import { leanTable } from './lean/table.ts';
import { progressOn } from './progress.ts';
import { runTranslation } from './translation/run.ts';
import { translationTable } from './translation/table.ts';

function write({ json, save }: Output, report: object, table: string): void {
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  if (save !== undefined) writeFileSync(save, text);
  process.stdout.write(json ? text : table);
}

const wanted = readArguments(process.argv.slice(2));
const progress = progressOn(process.stderr);

if (wanted.command === 'usage') {
  const { mistake } = wanted;
  if (mistake === undefined) {
    process.stdout.write(USAGE);
  } else {
    process.stderr.write(`${mistake}\n\n${USAGE}`);
    process.exitCode = 64;
  }
} else if (wanted.command === 'fan-out') {
  const run = await runFanOut(wanted.options, progress);
  write(wanted.output, run.report, fanOutTable(run));
} else if (wanted.command === 'translation') {
  const report = await runTranslation(wanted.options, progress);
  write(wanted.output, report, translationTable(report));
} else if (wanted.command === 'lean') {
  const adminUrl = process.env['KONG_ADMIN_URL'];
  const report = await runLean({ ...wanted.options, ...(adminUrl !== undefined && { adminUrl }) }, progress);
  write(wanted.output, report, leanTable(report));
} else if (wanted.command === 'cluster') {
  const report = await runCluster(wanted.options, progress);
  write(wanted.output, report, clusterTable(report));
} else {
  const report = await runScenario(wanted.command, wanted.options, progress);
  write(wanted.output, report, scenarioTable(report));
}
