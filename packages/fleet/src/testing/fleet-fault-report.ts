import type { ProxyReport } from '../index.ts';
import type { Fault, ModelProxy } from './fleet-proxies.ts';

/** Faults with which a proxy comes and goes, or with which nobody can tell what it holds. */
const UNSTEADY: readonly Fault[] = ['stalls', 'losesAnswers', 'losesRequests', 'isOverwritten'];

/** What a report should say of a proxy whose faults go on. */
export interface FaultyProxy {
  readonly proxy: ModelProxy;
  readonly report: ProxyReport;
  /** Whether another proxy of its group holds what it should hold. */
  readonly isAlone: boolean;
  readonly isLenient: boolean;
}

/** What a report does not say of a proxy, or says although it is not so; undefined if it is right. */
export function wrongOfFaulty({ proxy, report, ...others }: FaultyProxy): string | undefined {
  const { name, state, desiredHash, reportedHash } = report;
  if (!proxy.isReachable)
    return state === 'unreachable' ? undefined : `${name} is not reachable and ${state}`;
  if (desiredHash === undefined || UNSTEADY.some((fault) => proxy.faults.has(fault))) return undefined;
  if (reportedHash !== proxy.hash) return `${name} holds something else than what is reported`;
  if (proxy.hash === desiredHash) return state === 'in-sync' ? undefined : `${name} is in sync and ${state}`;
  return wrongOfRefuser({ proxy, report, ...others });
}

function wrongOfRefuser({ proxy, report, isAlone, isLenient }: FaultyProxy): string | undefined {
  const { name, state, reason } = report;
  const { faults, hasBeenOdd } = proxy;
  if (!faults.has('isOdd') && !faults.has('isFull')) return `${name} is not in sync`;
  if (state !== 'rejected') return `${name} refuses what it should hold and is ${state}`;
  const isCalledOdd = reason?.code === 'OddProxy';
  // What has no room says so before it looks at anything.
  const mustBeCalled = faults.has('isOdd') && !faults.has('isFull') && !isAlone;
  if (mustBeCalled && !isCalledOdd) return `${name} is odd and is not called so`;
  return isCalledOdd && !hasBeenOdd && !isLenient ? `${name} is not odd and is called so` : undefined;
}
