import type { Problem } from '@silverback/errors';
import type { SessionSnapshot, SessionState } from '@silverback/fan-out';
import type { Fragment, RootKey } from '@silverback/kong-configuration';
import type { Composition } from './composition.ts';
import type { Quarantine } from './quarantine.ts';

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
  readonly version?: string;
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

/** A fleet at one moment. Holds no secrets. */
export interface FleetReport {
  readonly name: string;
  /** Absent before the first full translation. */
  readonly desired?: {
    readonly hash: string;
    readonly bytes: number;
    readonly routes: number;
    readonly entities: number;
  };
  readonly proxies: readonly ProxyReport[];
  readonly held: readonly HeldResource[];
  readonly problems: readonly Problem[];
}

/** What a report is made of. */
export interface FleetReportInput {
  readonly name: string;
  readonly sessions: readonly SessionSnapshot[];
  /** Proxies that refuse what others accept, with the reason. */
  readonly odd: ReadonlyMap<string, string>;
  readonly current: ReadonlyMap<RootKey, Fragment>;
  readonly sourceProblems: readonly Problem[];
  readonly quarantine: Quarantine;
  readonly newest?: Composition;
  readonly unnamed?: { readonly hash: string; readonly reason: string };
  /** A payload that is held because it lost most of its routes right after a start. */
  readonly shrunk?: { readonly routes: number; readonly before: number };
}

/** Puts together what a fleet shows of itself. */
export function fleetReport(input: FleetReportInput): FleetReport {
  const { newest, unnamed, shrunk } = input;
  return {
    name: input.name,
    ...(newest && {
      desired: { hash: newest.payload.hash, bytes: newest.payload.byteLength, ...newest.payload.counts },
    }),
    proxies: input.sessions.map((session) => proxyReport(session, input.odd.get(session.proxy.key))),
    held: heldResources(input),
    problems: [
      ...input.sourceProblems,
      ...[...input.current.values()].flatMap((fragment) => fragment.problems),
      ...(newest?.problems ?? []),
      ...holdProblems(input),
      ...(unnamed ? [unnamedProblem(unnamed.reason)] : []),
      ...(shrunk ? [shrunkProblem(shrunk)] : []),
    ],
  };
}

function proxyReport(session: SessionSnapshot, oddReason: string | undefined): ProxyReport {
  const reason =
    oddReason === undefined
      ? session.reason
      : { code: 'OddProxy', message: `${oddReason}; ${session.reason?.message ?? ''}` };
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
    ...(session.information && { version: session.information.version }),
  };
}

function heldResources({ newest, quarantine }: FleetReportInput): HeldResource[] {
  return (newest?.holds ?? []).map(({ root, because, instead }) => ({
    root,
    reason: quarantine.get(because)?.reason ?? '',
    instead,
  }));
}

function holdProblems({ newest, quarantine, current }: FleetReportInput): Problem[] {
  return (newest?.holds ?? []).flatMap(({ root, because, instead }): Problem[] => {
    const fragment = current.get(root);
    if (fragment === undefined) return [];
    const words = quarantine.get(because)?.reason ?? '';
    return [
      {
        code: 'ResourceRefused',
        severity: 'error',
        resource: fragment.resource,
        ...(fragment.location && { location: fragment.location }),
        message:
          root === because
            ? `Kong refuses it: ${words}`
            : `Kong refuses ${because}, which it needs: ${words}`,
        action: instead === 'previous' ? 'its last accepted form stays in service' : 'it is left out',
      },
    ];
  });
}

function unnamedProblem(reason: string): Problem {
  return {
    code: 'RefusalNamesNothing',
    severity: 'error',
    message: `Kong refuses the configuration: ${reason}`,
    action: 'every proxy keeps the last accepted configuration',
  };
}

function shrunkProblem({ routes, before }: { readonly routes: number; readonly before: number }): Problem {
  return {
    code: 'PayloadShrunk',
    severity: 'error',
    message: `of ${String(before)} routes that were served before the start ${String(routes)} are left`,
    action: 'the configuration is held for a minute, unless the routes come back',
  };
}
