import type { FleetReport } from '@silverback/fleet';
import { problemText, shortHash, type View } from './table.ts';

type ProxyReport = FleetReport['proxies'][number];

/**
 * What is new since the last look, one line each: for output that goes to a file or a pipe.
 *
 * @param before - the last look; undefined at the first
 * @param nameOf - the demo's name of a proxy, for `host:port` of its Admin API
 */
export function describeChanges(
  before: View | undefined,
  after: View,
  nameOf: (address: string) => string,
): string[] {
  const old = new Map(proxiesOf(before).map((proxy) => [proxy.key, proxy]));
  const proxies = proxiesOf(after)
    .filter((proxy) => old.get(proxy.key)?.state !== proxy.state)
    .map((proxy) => proxyLine(proxy, nameOf(proxy.name)));
  return [
    ...proxies,
    ...added(before?.notes, after.notes),
    ...added(silenceOf(before), silenceOf(after)),
    ...added(problemsOf(before), problemsOf(after)),
    ...added(problemsOf(after), problemsOf(before)).map((text) => `no longer: ${text}`),
  ];
}

function proxyLine(proxy: ProxyReport, name: string): string {
  const reason = proxy.reason === undefined ? '' : `  ${proxy.reason.code}: ${proxy.reason.message}`;
  const hashes = `desired ${shortHash(proxy.desiredHash)}  reported ${shortHash(proxy.reportedHash)}`;
  return `${name}  ${proxy.state}  ${hashes}  pushes ${proxy.pushes}${reason}`;
}

function proxiesOf(view: View | undefined): ProxyReport[] {
  return view?.fleets.flatMap((fleet) => fleet.proxies) ?? [];
}

function problemsOf(view: View | undefined): string[] {
  return view?.fleets.flatMap((fleet) => fleet.problems.map(problemText)) ?? [];
}

function silenceOf(view: View | undefined): string[] {
  return view?.silence === undefined ? [] : [view.silence];
}

function added(before: readonly string[] | undefined, after: readonly string[]): string[] {
  return after.filter((text) => before?.includes(text) !== true);
}
