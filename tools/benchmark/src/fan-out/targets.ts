import { GRACE_MS, type FanOutResult } from './result.ts';

/** Whether a target was met; `unknown` where what it compares with was not measured. */
export type Verdict = 'met' | 'missed' | 'unknown';

/** The targets of a fan-out, for one result. */
export interface Verdicts {
  /** The last proxy within 1.15 times the bare loop's, plus 150 ms. */
  readonly time: Verdict;
  /** No more memory than with 10 proxies, plus 0.3 MB for each. */
  readonly memory: Verdict;
  /** No block of the event loop over 50 ms. */
  readonly loop: Verdict;
}

const MOST_OF_FLOOR = 1.15;
const MOST_MB_PER_PROXY = 0.3;
const LONGEST_BLOCK_MS = 50;
const COMPARED_PROXIES = 10;

/**
 * Judges one result.
 *
 * @param all - the results of the same run, among which is the one to compare memory with
 */
export function judge(result: FanOutResult, all: readonly FanOutResult[]): Verdicts {
  const small = all.find(
    ({ proxies, megabytes, applyDelayMs }) =>
      proxies === COMPARED_PROXIES && megabytes === result.megabytes && applyDelayMs === result.applyDelayMs,
  );
  return {
    time: verdict(result.lastMs <= MOST_OF_FLOOR * result.floorLastMs + GRACE_MS),
    memory: small ? verdict(result.rssMb <= small.rssMb + MOST_MB_PER_PROXY * result.proxies) : 'unknown',
    loop: verdict(result.loopBlockMs <= LONGEST_BLOCK_MS),
  };
}

function verdict(isMet: boolean): Verdict {
  return isMet ? 'met' : 'missed';
}
