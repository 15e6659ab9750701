import type { Problem } from '@silverback/errors';
import type { SessionSnapshot, SessionState } from '@silverback/fan-out';
import type { Group } from './group.ts';
import type { Reach } from './reach.ts';
import { groupProblems } from './report.ts';

/** The hash of a fragment by its root, `Kind/namespace/name`. */
export interface RootHashes {
  has(root: string): boolean;
  get(root: string): string | undefined;
}

/** What became of the resources in one group of a fleet's proxies, now. To be asked for anew after changes. */
export interface GroupOutcome {
  /** The fleet's name. */
  readonly name: string;
  /** What the resources say now. */
  readonly newest: RootHashes;
  /**
   * What every proxy holds that could be in sync: one that was reached within a minute, is not odd and is not leaving.
   * Nothing while there is no such proxy, or one that has just joined is not known yet.
   */
  readonly confirmed: RootHashes;
  /** The same one may be told by several groups. */
  readonly problems: readonly Problem[];
}

/** What outcomes are made of. */
export interface OutcomeInput {
  readonly name: string;
  readonly groups: readonly Group[];
  readonly sessions: readonly SessionSnapshot[];
  readonly reach: Reach;
  /** The problems that come from no fragment. */
  readonly sourceProblems: readonly Problem[];
}

/** States in which a proxy that was never reached can be. */
const UNKNOWN: ReadonlySet<SessionState> = new Set(['connecting', 'unreachable']);

/** The outcomes of all groups of a fleet. Groups in which no proxy could be in sync don't count beside others. */
export function groupOutcomes(input: OutcomeInput): readonly GroupOutcome[] {
  const { name, groups, sessions, reach, sourceProblems } = input;
  const recent = sessions.filter(({ state, proxy }) => state !== 'leaving' && reach.isRecent(proxy.key));
  const placed = new Set(groups.flatMap(({ rollout }) => [...rollout.members]));
  const isSettling = recent.some(({ state, proxy }) => UNKNOWN.has(state) && !placed.has(proxy.key));
  const counted = groups.map((group) => ({ group, keys: countedIn(group, recent) }));
  const holding = counted.filter(({ keys }) => keys.length > 0);
  const outcomes = (holding.length > 0 ? holding : counted).map(({ group, keys }) => ({
    name,
    newest: hashesOf((root) => group.newestHash(root)),
    confirmed: isSettling ? hashesOf(() => undefined) : confirmedBy(group, keys, recent),
    problems: groupProblems(group.reportInput()),
  }));
  return outcomes.map((outcome, index) =>
    index === 0 ? { ...outcome, problems: [...sourceProblems, ...outcome.problems] } : outcome,
  );
}

/** The proxies of a group that could be in sync. */
function countedIn({ rollout }: Group, recent: readonly SessionSnapshot[]): readonly string[] {
  const keys = recent.map(({ proxy }) => proxy.key);
  return keys.filter((key) => rollout.members.has(key) && !rollout.odd.has(key));
}

function confirmedBy(
  group: Group,
  keys: readonly string[],
  sessions: readonly SessionSnapshot[],
): RootHashes {
  if (keys.length === 0) return hashesOf(() => undefined);
  for (const { proxy, reportedHash } of sessions) {
    if (reportedHash !== undefined && group.rollout.members.has(proxy.key))
      group.confirmation.confirm(proxy.key, reportedHash);
  }
  group.reviewConfirmation();
  const upTo = group.confirmation.upTo(keys);
  return hashesOf((root) => group.confirmation.hashOf(root, upTo));
}

function hashesOf(get: (root: string) => string | undefined): RootHashes {
  return { get, has: (root) => get(root) !== undefined };
}
