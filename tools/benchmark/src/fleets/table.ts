import Table from 'cli-table3';
import type { ScenarioReport } from './scenario.ts';

/** The figures of a scenario and its verdicts, for people. */
export function scenarioTable({ scenario, machine, options, figures, targets }: ScenarioReport): string {
  const table = new Table({
    head: [scenario.toUpperCase(), ''],
    style: { head: [], border: [], compact: true },
  });
  for (const [name, value] of Object.entries({ ...options, ...figures })) {
    table.push([name, Number.isInteger(value) ? value : value.toFixed(value < 100 ? 2 : 0)]);
  }
  for (const { what, met } of targets) table.push([what, met ? 'met' : 'MISSED']);
  return `${table.toString()}\n${machine.cores} cores, load ${machine.load.join(' ')} at the start\n`;
}
