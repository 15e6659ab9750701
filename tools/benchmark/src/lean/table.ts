import Table from 'cli-table3';
import type { LeanReport, Weight } from './run.ts';

const HEADINGS = ['INGRESSES', '', 'ENTITIES', 'MB', 'APPLY ms'];

/** Both configurations of each size below each other, for people. */
export function leanTable({ machine, versions, results }: LeanReport): string {
  const table = new Table({ head: HEADINGS, style: { head: [], border: [], compact: true } });
  for (const { ingresses, ours, kicShaped } of results) {
    table.push([ingresses, 'ours', ...cells(ours)], ['', 'KIC-shaped', ...cells(kicShaped)]);
    table.push(['', 'ours / KIC-shaped', ...ratios(ours, kicShaped)]);
  }
  return `${table.toString()}\n${machine.platform}, ${machine.cores} cores; Node ${versions.node}\n`;
}

function cells({ entities, bytes, applyMs }: Weight): string[] {
  return [
    String(entities),
    (bytes / 1e6).toFixed(2),
    applyMs === undefined ? '-' : String(Math.round(applyMs)),
  ];
}

function ratios(ours: Weight, theirs: Weight): string[] {
  const ratio = (a: number | undefined, b: number | undefined): string =>
    a === undefined || b === undefined ? '-' : (a / b).toFixed(2);
  return [
    ratio(ours.entities, theirs.entities),
    ratio(ours.bytes, theirs.bytes),
    ratio(ours.applyMs, theirs.applyMs),
  ];
}
