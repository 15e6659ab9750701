import Table from 'cli-table3';
import type { FanOutRun } from './run.ts';
import { judge, type Verdict } from './targets.ts';

const HEADINGS = [
  'PROXIES',
  'MB',
  'APPLY ms',
  'MEDIAN ms',
  'P99 ms',
  'LAST ms',
  'FLOOR ms',
  'RATIO',
  'TIME',
  'RSS MB',
  'MEMORY',
  'BLOCK ms',
  'LOOP',
  'BUSY ms',
  'CPU s',
  'FLOOR: CPU s',
  'RSS MB',
  'BLOCK ms',
];

/** The results as a table for people, each target with its verdict, and what the targets are. */
export function fanOutTable({ report, floors }: FanOutRun): string {
  const table = new Table({ head: HEADINGS, style: { head: [], border: [], compact: true } });
  for (const [index, result] of report.results.entries()) {
    const verdicts = judge(result, report.results);
    const floor = floors[index];
    table.push([
      result.proxies,
      result.megabytes,
      result.applyDelayMs,
      Math.round(result.medianMs),
      Math.round(result.p99Ms),
      Math.round(result.lastMs),
      Math.round(result.floorLastMs),
      result.ratioToFloor.toFixed(2),
      mark(verdicts.time),
      Math.round(result.rssMb),
      mark(verdicts.memory),
      Math.round(result.loopBlockMs),
      mark(verdicts.loop),
      Math.round(result.loopBusyMs),
      result.cpuSeconds.toFixed(2),
      floor?.cpuSeconds.toFixed(2) ?? '',
      Math.round(floor?.rssMb ?? 0),
      Math.round(floor?.loopBlockMs ?? 0),
    ]);
  }
  const { machine, versions, seed } = report;
  return [
    table.toString(),
    `TIME: last <= 1.15 x floor + 150 ms. MEMORY: RSS(N) <= RSS(10) + 0.3 MB x N. LOOP: no block over 50 ms; BUSY is the CPU time of its longest step.`,
    `${machine.platform}, ${machine.cores} cores (${machine.cpu}), load ${machine.load.join(' ')} at the start; ` +
      `Node ${versions.node}, undici ${versions.undici}, seed ${seed}`,
    '',
  ].join('\n');
}

function mark(verdict: Verdict): string {
  return verdict === 'missed' ? 'MISSED' : verdict;
}
