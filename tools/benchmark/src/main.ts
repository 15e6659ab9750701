import { readArguments, USAGE } from './arguments.ts';
import { runFanOut } from './fan-out/run.ts';
import { fanOutTable } from './fan-out/table.ts';
import { runScenario } from './fleets/run.ts';
import { scenarioTable } from './fleets/table.ts';
import { progressOn } from './progress.ts';

const wanted = readArguments(process.argv.slice(2));
const progress = progressOn(process.stderr);

if (wanted.command === 'usage') {
  const mistake = wanted.mistake === undefined ? '' : `${wanted.mistake}\n\n`;
  (mistake === '' ? process.stdout : process.stderr).write(mistake + USAGE);
  if (mistake !== '') process.exitCode = 64;
} else if (wanted.command === 'fan-out') {
  const run = await runFanOut(wanted.options, progress);
  process.stdout.write(wanted.json ? `${JSON.stringify(run.report, undefined, 2)}\n` : fanOutTable(run));
} else {
  const report = await runScenario(wanted.command, wanted.options, progress);
  process.stdout.write(wanted.json ? `${JSON.stringify(report, undefined, 2)}\n` : scenarioTable(report));
}
