import type { FleetReport } from '@silverback/fleet';
import type { Stage } from '../stage.ts';
import { shortHash } from '../table.ts';
import type { Look } from '../until.ts';

type Problem = FleetReport['problems'][number];

/** The hash that every proxy reports, if all are in sync with the desired one. */
export async function allInSync(stage: Stage): Promise<Look<string>> {
  const fleet = await theFleet(stage);
  const seen = fleet.proxies.map(({ state, reportedHash }) => `${state} ${shortHash(reportedHash)}`);
  const hash = fleet.desired?.hash;
  const complete = fleet.proxies.length === stage.proxies.length;
  const equal = fleet.proxies.every((proxy) => proxy.state === 'in-sync' && proxy.reportedHash === hash);
  if (hash !== undefined && complete && equal) return { met: hash };
  return { seen: `desired ${shortHash(hash)}; ${seen.join(', ') || 'no proxies'}` };
}

/** The first problem for which `matches` says yes. */
export async function problemThat(
  stage: Stage,
  matches: (problem: Problem) => boolean,
): Promise<Look<Problem>> {
  const { problems } = await theFleet(stage);
  const found = problems.find(matches);
  return found === undefined ? { seen: describeProblems(problems) } : { met: found };
}

/** Whether nothing at all is reported as wrong. */
export async function noProblems(stage: Stage): Promise<Look<true>> {
  const { problems } = await theFleet(stage);
  return problems.length === 0 ? { met: true } : { seen: describeProblems(problems) };
}

/** How many configurations each proxy has received. */
export function pushCounts(stage: Stage): Promise<number[]> {
  return Promise.all(stage.proxies.map(async (proxy) => (await proxy.pushes()).length));
}

async function theFleet(stage: Stage): Promise<FleetReport> {
  const [fleet] = await stage.controller.fleets();
  if (fleet === undefined) throw new Error('the controller reports no fleet');
  return fleet;
}

function describeProblems(problems: readonly Problem[]): string {
  if (problems.length === 0) return 'no problems';
  return problems.map(({ code, resource }) => `${code} ${resource?.name ?? ''}`.trim()).join(', ');
}

/** The state of the proxy whose Admin API has that `host:port`. */
export async function proxyState(stage: Stage, address: string): Promise<string> {
  const { proxies } = await theFleet(stage);
  return proxies.find((proxy) => proxy.name === address)?.state ?? 'unknown';
}
