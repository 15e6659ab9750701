import type { Verdict } from '../fan-out/targets.ts';
import type { TranslationFigures } from './figures.ts';

/** The targets are for this many Ingresses, on two cores. */
export const JUDGED_INGRESSES = 20_000;

/** How many routes the shared plugin of the judged workload reaches. */
const PLUGIN_USERS = 1_000;

/** What is promised for the judged workload. */
export interface TranslationVerdicts {
  /** One changed Ingress to its fragment within 5 ms. */
  readonly fragment: Verdict;
  /** One changed Ingress to the hash within 1.3 times the MD5 of all bytes, plus 10 ms. */
  readonly bytes: Verdict;
  /** A plugin that 1,000 routes share: no more than 0.1 ms for each of them beyond one Ingress. */
  readonly plugin: Verdict;
  /** Everything within 1.5 s. */
  readonly full: Verdict;
  /** No more than 150 MB of heap. */
  readonly heap: Verdict;
  /** No block of the event loop over 50 ms: for every size. */
  readonly loop: Verdict;
}

/** Judges one result. */
export function judgeTranslation(figures: TranslationFigures): TranslationVerdicts {
  const isJudged = figures.ingresses === JUDGED_INGRESSES && figures.consumers === 0;
  const verdict = (isMet: boolean): Verdict => (isJudged ? (isMet ? 'met' : 'missed') : 'unknown');
  return {
    fragment: verdict(figures.oneIngressToFragmentMs <= 5),
    bytes: verdict(figures.oneIngressToBytesMs <= 1.3 * figures.md5Ms + 10),
    plugin: verdict(figures.sharedPluginToBytesMs - figures.oneIngressToBytesMs <= 0.1 * PLUGIN_USERS),
    full: verdict(figures.fullMs <= 1_500),
    heap: verdict(figures.heapMb <= 150),
    loop: figures.loopBlockMs <= 50 ? 'met' : 'missed',
  };
}
