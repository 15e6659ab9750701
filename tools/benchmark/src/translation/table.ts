import Table from 'cli-table3';
import type { TranslationFigures, TranslationReport } from './figures.ts';
import { judgeTranslation } from './targets.ts';

const HEADINGS = [
  'INGRESSES',
  'CONSUMERS',
  'FULL ms',
  'INGRESS TO FRAGMENT ms',
  'TO BYTES ms',
  'MD5 ms',
  'SLICE ms',
  'PLUGIN ms',
  'CONSUMER ms',
  'HEAP MB',
  'RSS MB',
  'PAYLOAD MB',
  'ENTITIES',
  'BLOCK ms',
];

/** The results as a table for people, with the verdicts below it. */
export function translationTable({ machine, versions, seed, results }: TranslationReport): string {
  const table = new Table({ head: HEADINGS, style: { head: [], border: [], compact: true } });
  for (const result of results) table.push(rowOf(result));
  return [
    table.toString(),
    ...results.flatMap(verdictsOf),
    `${machine.platform}, ${machine.cores} cores (${machine.cpu}), load ${machine.load.join(' ')} at the start; ` +
      `Node ${versions.node}, seed ${seed}`,
    '',
  ].join('\n');
}

function rowOf(figures: TranslationFigures): (number | string)[] {
  return [
    figures.ingresses,
    figures.consumers,
    Math.round(figures.fullMs),
    figures.oneIngressToFragmentMs.toFixed(2),
    figures.oneIngressToBytesMs.toFixed(1),
    figures.md5Ms.toFixed(1),
    figures.oneSliceToBytesMs.toFixed(1),
    figures.sharedPluginToBytesMs.toFixed(1),
    figures.newConsumerToBytesMs.toFixed(1),
    Math.round(figures.heapMb),
    Math.round(figures.rssMb),
    figures.payloadMb.toFixed(1),
    figures.entities,
    Math.round(figures.loopBlockMs),
  ];
}

function verdictsOf(figures: TranslationFigures): string[] {
  const verdicts = Object.entries(judgeTranslation(figures)).filter(([, verdict]) => verdict !== 'unknown');
  const texts = verdicts.map(([target, verdict]) => `${target} ${verdict === 'missed' ? 'MISSED' : verdict}`);
  return [`${figures.ingresses} Ingresses, ${figures.consumers} consumers: ${texts.join(', ')}`];
}
