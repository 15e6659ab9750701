import type { Verdict } from '../fan-out/targets.ts';
import type { ClusterFigures } from './figures.ts';

/** The targets of memory and time are for this many Ingresses, with as many Services and three times the slices. */
export const JUDGED_INGRESSES = 20_000;

/** One promise, with what it came to. */
export interface ClusterVerdict {
  readonly what: string;
  readonly figure: string;
  readonly verdict: Verdict;
}

/** Judges what was measured. */
export function judgeCluster(figures: ClusterFigures): readonly ClusterVerdict[] {
  const { start, changes, requests, statuses } = figures;
  // One of the Ingresses counts events.
  const isJudged = figures.size.ingresses + 1 === JUDGED_INGRESSES;
  const sized = (isMet: boolean): Verdict => (isJudged ? verdict(isMet) : 'unknown');
  const counts = requests.map((one) => one.requests);
  const peakMb = Math.max(start.peakRssMb, changes.peakRssMb);
  return [
    {
      what: 'first payload within 8 s',
      figure: `${(start.firstPayloadMs / 1000).toFixed(1)} s`,
      verdict: sized(start.firstPayloadMs <= 8_000),
    },
    {
      what: 'at most 450 MB after a minute',
      figure: `${Math.round(start.rssMb)} MB`,
      verdict: start.quietSeconds === 60 ? sized(start.rssMb <= 450) : 'unknown',
    },
    {
      what: 'at most 700 MB at any time',
      figure: `${Math.round(peakMb)} MB`,
      verdict: sized(peakMb <= 700),
    },
    {
      what: 'as many requests for any number of proxies',
      figure: counts.join(', '),
      verdict: verdict(new Set(counts).size <= 1),
    },
    {
      what: 'every Ingress shows its address',
      figure: `${statuses.published} of ${statuses.ingresses}`,
      verdict: verdict(statuses.published === statuses.ingresses),
    },
    {
      what: 'at most one write for each changed status',
      figure: `${statuses.writes} for ${statuses.ingresses}`,
      verdict: verdict(statuses.writes <= statuses.ingresses),
    },
    {
      what: 'no write for a status that stays',
      figure: `${statuses.writesAfterChange} after changes, ${statuses.writesAfterRestart} after a restart`,
      verdict: verdict(statuses.writesAfterChange + statuses.writesAfterRestart === 0),
    },
  ];
}

function verdict(isMet: boolean): Verdict {
  return isMet ? 'met' : 'missed';
}
