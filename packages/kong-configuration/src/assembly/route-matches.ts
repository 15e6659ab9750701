import { describeResource } from '@silverback/errors';
import { canonicalJson } from '../canonical-json.ts';
import type { RouteEntity } from '../entities.ts';
import type { RoutePart } from '../fragment.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import { Slots } from './slots.ts';

const LISTED = 5;
const DEFAULT_PROTOCOLS = ['http', 'https'];

/** One host and one path of a route; an empty text stands for any. */
export interface Pair {
  readonly host: string;
  readonly path: string;
}

/** What a route would match if it were alone. */
export interface MatchClaim {
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  /** Name of the slot for a pair: equal exactly where routes match equally. */
  readonly slotOf: (pair: Pair) => string;
}

/** What a route claims: each of its hosts with each of its paths. */
export function matchClaimOf(entity: RouteEntity): MatchClaim {
  return { hosts: unique(entity.hosts), paths: unique(entity.paths), slotOf: slotNames(entity) };
}

/**
 * The right to match requests. Two routes match equally where they have a host and a path in common and the same
 * methods, protocols, server names and headers, and for a regular expression the same priority. Kong's order of such
 * routes is undefined, so only the first one keeps the pair of host and path.
 */
export class RouteMatches {
  readonly #slots = new Slots<RoutePart>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /**
   * Claims what a route matches; only what {@link keptMatches} leaves to it is claimed.
   *
   * @returns the route with what remains; undefined, if nothing does. What was lost is reported.
   */
  claim(claimant: Claimant<RoutePart>): RouteEntity | undefined {
    const claim = matchClaimOf(claimant.part.entity);
    const kept = keptMatches(
      claimant,
      claim,
      (pair) => this.#slots.winner(claim.slotOf(pair)),
      this.#findings,
    );
    for (const host of unique(kept?.hosts)) {
      if (kept === undefined) break;
      for (const path of unique(kept.paths)) this.#slots.claim(claim.slotOf({ host, path }), claimant);
    }
    return kept;
  }
}

/**
 * Takes out of a route what others match already. A route matches each of its hosts with each of its paths, so not every
 * set of pairs can be taken out: first the hosts go for which no path is left, then each path that is lost for one of
 * the others.
 *
 * @param holderOf - who has the right to a pair already
 * @returns the route with what remains; undefined, if nothing does. What was lost is reported.
 */
export function keptMatches(
  claimant: Claimant<RoutePart>,
  { hosts, paths }: MatchClaim,
  holderOf: (pair: Pair) => Claimant<RoutePart> | undefined,
  findings: Findings,
): RouteEntity | undefined {
  const { entity } = claimant.part;
  const lost = new Map<Pair, Claimant<RoutePart>>();
  const isLost = (pair: Pair): boolean => {
    const holder = holderOf(pair);
    if (holder !== undefined) lost.set(pair, holder);
    return holder !== undefined;
  };
  const free = hosts.map((host) => ({
    host,
    paths: new Set(paths.filter((path) => !isLost({ host, path }))),
  }));
  if (lost.size === 0) return entity;
  const keptHosts = free.filter((entry) => entry.paths.size > 0);
  const keptPaths = paths.filter((path) => keptHosts.every((entry) => entry.paths.has(path)));
  if (keptHosts.length === 0 || keptPaths.length === 0) {
    reportLost(claimant, lost, 'the route is left out', findings);
    return undefined;
  }
  const kept = { hosts: keptHosts.map(({ host }) => host), paths: keptPaths };
  reportLost(claimant, lost, `the route is served ${without(hosts, paths, kept)}`, findings);
  return {
    ...entity,
    ...(entity.hosts === undefined ? {} : { hosts: kept.hosts.filter((host) => host !== '') }),
    ...(entity.paths === undefined ? {} : { paths: kept.paths.filter((path) => path !== '') }),
  };
}

function reportLost(
  claimant: Claimant<RoutePart>,
  lost: ReadonlyMap<Pair, Claimant<RoutePart>>,
  action: string,
  findings: Findings,
): void {
  for (const [winner, entries] of Map.groupBy(lost, ([, by]) => by)) {
    const pairs = listed(entries.map(([pair]) => describePair(pair, claimant.part.entity)));
    const { fragment, part } = winner;
    findings.report(claimant.fragment, 'RouteMatchTaken', {
      field: claimant.part.field,
      entity: claimant.part.entity.name,
      message: `the route ${part.entity.name} of ${describeResource(fragment.resource)} already matches ${pairs}`,
      action,
    });
  }
}

/** Names of the slots for the pairs of a route: equal exactly where routes match equally. */
function slotNames(route: RouteEntity): (pair: Pair) => string {
  const conditions = conditionsOf(route);
  const priority = String(route.regex_priority ?? 0);
  return ({ host, path }) => [host, path, path.startsWith('~') ? priority : '', conditions].join('\0');
}

/** What a route asks for beside host and path; empty for most routes, because each of many has its slots. */
function conditionsOf({
  methods = [],
  protocols = [],
  snis = [],
  destinations = [],
  headers = {},
}: RouteEntity): string {
  const hasUsualProtocols = protocols.length === 0 || sorted(protocols).join() === DEFAULT_PROTOCOLS.join();
  const hasOthers = methods.length + snis.length + destinations.length + Object.keys(headers).length > 0;
  if (hasUsualProtocols && !hasOthers) return '';
  return canonicalJson({
    methods: sorted(methods),
    protocols: hasUsualProtocols ? DEFAULT_PROTOCOLS : sorted(protocols),
    snis: sorted(snis),
    destinations: destinations.map(canonicalJson).sort(),
    headers: Object.entries(headers)
      .map(([name, values]) => canonicalJson([name.toLowerCase(), sorted(values)]))
      .sort(),
  });
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

const ANY = [''];

/** The different values; an empty text where there are none. */
export function unique(values: readonly string[] | undefined): readonly string[] {
  if (values === undefined || values.length === 0) return ANY;
  return values.length === 1 ? values : [...new Set(values)];
}

function describePair({ host, path }: Pair, { destinations, snis }: RouteEntity): string {
  if (destinations !== undefined) {
    const ports = destinations.map(({ port }) => port).join(', ');
    return `port ${ports}${snis === undefined ? '' : ` for ${snis.join(', ')}`}`;
  }
  return `${path === '' ? 'all paths' : path} of ${host === '' ? 'all hosts' : host}`;
}

function listed(texts: readonly string[]): string {
  const rest = texts.length - LISTED;
  return texts.slice(0, LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function without(
  hosts: readonly string[],
  paths: readonly string[],
  kept: { readonly hosts: readonly string[]; readonly paths: readonly string[] },
): string {
  const lostHosts = hosts.filter((host) => !kept.hosts.includes(host));
  const lostPaths = paths.filter((path) => !kept.paths.includes(path));
  return [
    ...(lostHosts.length > 0 ? [`without the hosts ${listed(lostHosts)}`] : []),
    ...(lostPaths.length > 0 ? [`without the paths ${listed(lostPaths)}`] : []),
  ].join(' and ');
}
