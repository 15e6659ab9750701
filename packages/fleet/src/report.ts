import type { Problem } from '@silverback/errors';
import type { SessionSnapshot, SessionState } from '@silverback/fan-out';
import { FragmentMap, type Facets } from '@silverback/kong-configuration';
import { withNeeded, type Composition } from './composition.ts';
import type { Quarantine } from './quarantine.ts';
import type { UnnamedRefusal } from './refusals.ts';

/** The states of a proxy session. */
export type ProxyState = SessionState;

/** One proxy, as `/fleets` and the demo's table show it. */
export interface ProxyReport {
  /** Host and port of its Admin API. */
  readonly name: string;
  readonly key: string;
  /** The discovery backend that found it. */
  readonly origin: string;
  readonly state: ProxyState;
  /** Why it is in this state, where that needs saying: code and message, redacted. */
  readonly reason?: { readonly code: string; readonly message: string };
  /** The hash that it should hold; absent before there is one. */
  readonly desiredHash?: string;
  /** The hash that it last said it holds. */
  readonly reportedHash?: string;
  /** How long it has not held what it should, in ms; 0 when in sync. */
  readonly lagMs: number;
  /** How long its last accepted configuration took to apply, in ms. */
  readonly lastApplyMs?: number;
  /** Configurations sent to it since the start. */
  readonly pushes: number;
  /** Present while what it should hold is 80 % or more of the size that it takes, as far as that is known: that size, in bytes. */
  readonly sizeLimit?: number;
  readonly version?: string;
  /** The name of its capability group; absent before that is known. */
  readonly group?: string;
}

/** A resource whose newest form Kong refused. */
export interface HeldResource {
  /** `Kind/namespace/name`. */
  readonly root: string;
  /** Kong's words, redacted. */
  readonly reason: string;
  /** `previous`: its last accepted form is served. `left-out`: it is not served. */
  readonly instead: 'previous' | 'left-out';
}

/** The size and hash of what a group should hold. */
export interface DesiredReport {
  readonly hash: string;
  readonly bytes: number;
  readonly routes: number;
  readonly entities: number;
}

/** Proxies that get the same configuration, because they answer the same to all that translation asks of a proxy. */
export interface GroupReport {
  /** The answers, as in `router=expressions`; `all` where nothing was asked. */
  readonly name: string;
  readonly facets: Facets;
  readonly proxies: number;
  readonly desired?: DesiredReport;
  readonly held: readonly HeldResource[];
}

/** A fleet at one moment. Holds no secrets. */
export interface FleetReport {
  readonly name: string;
  /** Of the group with the most proxies. Absent before the first full translation. */
  readonly desired?: DesiredReport;
  /** The one with the most proxies first. */
  readonly groups: readonly GroupReport[];
  readonly proxies: readonly ProxyReport[];
  readonly held: readonly HeldResource[];
  readonly problems: readonly Problem[];
}

/** What a report is made of. */
export interface FleetReportInput {
  readonly name: string;
  readonly sessions: readonly SessionSnapshot[];
  readonly sourceProblems: readonly Problem[];
  /** The one with the most proxies first. */
  readonly groups: readonly GroupReportInput[];
}

/** What a group says of itself. */
export interface GroupReportInput {
  readonly name: string;
  readonly facets: Facets;
  readonly members: ReadonlySet<string>;
  /** Proxies that refuse what others accept, with the reason. */
  readonly odd: ReadonlyMap<string, string>;
  readonly current: FragmentMap;
  readonly quarantine: Quarantine;
  readonly newest?: Composition;
  readonly unnamed?: UnnamedRefusal;
  /** A payload that is held because it lost most of its routes when the source was read anew. */
  readonly shrunk?: { readonly routes: number; readonly before: number };
}

/** Puts together what a fleet shows of itself. */
export function fleetReport({ name, sessions, sourceProblems, groups }: FleetReportInput): FleetReport {
  const reports = groups.map(groupReport);
  const desired = reports[0]?.desired;
  const groupOf = new Map(groups.flatMap((group) => [...group.members].map((key) => [key, group])));
  return {
    name,
    ...(desired && { desired }),
    groups: reports,
    proxies: sessions.map((session) => proxyReport(session, groupOf.get(session.proxy.key))),
    held: distinct(reports.map(({ held }) => held)),
    problems: distinct([sourceProblems, ...groups.map(groupProblems)]),
  };
}

function groupReport(input: GroupReportInput): GroupReport {
  const { name, facets, members, newest } = input;
  return {
    name,
    facets,
    proxies: members.size,
    ...(newest && {
      desired: { hash: newest.payload.hash, bytes: newest.payload.byteLength, ...newest.payload.counts },
    }),
    held: heldResources(input),
  };
}

/** What is wrong with resources for the proxies of a group. */
export function groupProblems(input: GroupReportInput): readonly Problem[] {
  const { current, newest, unnamed, shrunk } = input;
  return [
    ...fragmentProblems(withNeeded(current, newest), newest?.kept),
    ...(newest?.problems ?? []),
    ...holdProblems(input),
    ...(unnamed ? [unnamedProblem(unnamed)] : []),
    ...(shrunk ? [shrunkProblem(shrunk)] : []),
  ];
}

/** Sorted by root: the order of a map says nothing to people. */
function fragmentProblems(fragments: FragmentMap, kept = FragmentMap.EMPTY): readonly Problem[] {
  const services = servicesOf(kept);
  return [...fragments.values()]
    .filter(({ root, problems }) => problems.length > 0 && !kept.has(root))
    .sort((a, b) => (a.root < b.root ? -1 : 1))
    .flatMap(({ problems }) => problems)
    .filter(({ entity }) => entity === undefined || !services.has(entity));
}

/** The names of Kong services that are as they were before a start: what is wrong with them now is not in service. */
function servicesOf(kept: FragmentMap): ReadonlySet<string> {
  const parts = [...kept.values()].flatMap((fragment) => fragment.parts);
  return new Set(parts.flatMap((part) => (part.type === 'service' ? [part.entity.name] : [])));
}

/** All of the lists; what a later one repeats of an earlier one is left out. */
function distinct<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const [first = [], ...others] = lists.filter((list) => list.length > 0);
  if (others.length === 0) return first;
  return [...new Map(lists.flat().map((item) => [JSON.stringify(item), item])).values()];
}

function proxyReport(session: SessionSnapshot, group: GroupReportInput | undefined): ProxyReport {
  const oddReason = group?.odd.get(session.proxy.key);
  // Kong's words about a refused configuration are in the reason already.
  const more = session.reason?.code === 'ConfigurationRefused' ? undefined : session.reason?.message;
  const reason =
    oddReason === undefined
      ? session.reason
      : { code: 'OddProxy', message: [oddReason, more].filter(Boolean).join('; ') };
  return {
    name: session.proxy.name,
    key: session.proxy.key,
    origin: session.proxy.origin,
    state: session.state,
    lagMs: session.lagMs,
    pushes: session.pushes,
    ...(reason && { reason }),
    ...(session.desiredHash !== undefined && { desiredHash: session.desiredHash }),
    ...(session.reportedHash !== undefined && { reportedHash: session.reportedHash }),
    ...(session.lastApplyMs !== undefined && { lastApplyMs: session.lastApplyMs }),
    ...(session.sizeLimit !== undefined && { sizeLimit: session.sizeLimit }),
    ...(session.information && { version: session.information.version }),
    ...(group && { group: group.name }),
  };
}

function heldResources({ newest, quarantine }: GroupReportInput): HeldResource[] {
  return (newest?.holds ?? []).map(({ root, because, instead }) => ({
    root,
    reason: quarantine.get(because)?.reason ?? '',
    instead,
  }));
}

function holdProblems({ newest, quarantine, current }: GroupReportInput): Problem[] {
  return (newest?.holds ?? []).flatMap(({ root, because, instead, lack }): Problem[] => {
    const fragment = current.get(root) ?? newest?.newest.get(root);
    if (fragment === undefined) return [];
    const words = quarantine.get(because)?.reason ?? '';
    return [
      {
        code: quarantine.get(because)?.isContradiction ? 'ConfigurationInconsistent' : 'ResourceRefused',
        severity: 'error',
        resource: fragment.resource,
        ...(fragment.location && { location: fragment.location }),
        message:
          root === because
            ? `Kong refuses it: ${words}`
            : `Kong refuses ${because}, which it needs: ${words}`,
        action: instead === 'previous' ? 'its last accepted form stays in service' : leftOut(lack),
      },
    ];
  });
}

function leftOut(lack: string | undefined): string {
  return lack === undefined
    ? 'it is left out'
    : `it is left out, because its last accepted form can't be used: ${lack}`;
}

function unnamedProblem({ reason, isContradiction }: UnnamedRefusal): Problem {
  return {
    code: isContradiction ? 'ConfigurationInconsistent' : 'RefusalNamesNothing',
    severity: 'error',
    message: `Kong refuses the configuration: ${reason}`,
    action: 'every proxy keeps the last accepted configuration',
  };
}

function shrunkProblem({ routes, before }: { readonly routes: number; readonly before: number }): Problem {
  return {
    code: 'PayloadShrunk',
    severity: 'error',
    message: `of ${String(before)} routes that were served ${String(routes)} are left, right after the source was read anew`,
    action: 'the configuration is held for a minute, unless the routes come back',
  };
}
