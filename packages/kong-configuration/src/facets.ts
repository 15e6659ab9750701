/** What a proxy says of itself, as far as a configuration can depend on it. */
export interface ProxyFacts {
  /** Kong's version, as in `3.9.1` or `3.9.0.1-enterprise-edition`. */
  readonly version: string;
  /** `traditional_compatible`, `traditional` or `expressions`. */
  readonly routerFlavor: string;
  /** Names of the plugins that the proxy can run. */
  readonly plugins: readonly string[];
  /** `upstream_keepalive_pool_size` of the proxy; 0 where every request has a connection of its own. */
  readonly upstreamKeepalivePoolSize?: number;
  /** Where it listens for streams, as in `tcp:9000`; undefined where that is not known. */
  readonly streamListeners?: readonly string[];
}

/**
 * A fact about a proxy that a translator can ask for:
 *
 * - `router`: how routes are written, `expressions`, or `traditional` for both flavours that match field by field;
 * - `enterprise`: whether the proxy is an Enterprise one;
 * - `keepsUpstreamConnections`: whether connections to upstreams are kept open and shared;
 * - `version>=3.9`: whether the version is at least this one;
 * - `plugin:redirect`: whether the proxy can run a plugin;
 * - `listens:tcp:9000`: whether the proxy listens for streams on a port.
 */
export type FacetName =
  | 'router'
  | 'enterprise'
  | 'keepsUpstreamConnections'
  | `version>=${number}.${number}`
  | `plugin:${string}`
  | `listens:${'tcp' | 'udp'}:${number}`;

/** The type of the answer to a facet. */
export type FacetAnswer<F extends FacetName> = F extends 'router' ? 'traditional' | 'expressions' : boolean;

/** Answers to facets; proxies with the same answers to all facets that were asked form a capability group. */
export type Facets = Readonly<Record<string, string | boolean>>;

/** What a proxy is taken for as long as none has been asked, as in `silverback translate`. */
export const DEFAULT_FACTS: ProxyFacts = {
  version: '3.9.1',
  routerFlavor: 'traditional_compatible',
  plugins: [],
};

/**
 * Answers a facet from the facts of a proxy. A proxy that names no plugins at all is taken to have every one, and one of
 * which no listeners are known to have all of them.
 */
export function facetAnswer<F extends FacetName>(facet: F, facts: ProxyFacts): FacetAnswer<F>;
export function facetAnswer(facet: string, facts: ProxyFacts): string | boolean {
  if (facet === 'router') return facts.routerFlavor === 'expressions' ? 'expressions' : 'traditional';
  if (facet === 'enterprise') return facts.version.includes('enterprise');
  if (facet === 'keepsUpstreamConnections') return facts.upstreamKeepalivePoolSize !== 0;
  if (facet.startsWith('plugin:')) {
    return facts.plugins.length === 0 || facts.plugins.includes(facet.slice('plugin:'.length));
  }
  if (facet.startsWith('listens:')) {
    return facts.streamListeners?.includes(facet.slice('listens:'.length)) ?? true;
  }
  return isAtLeast(facts.version, facet.slice('version>='.length));
}

/** The answers of a proxy to a set of facets, in a fixed order. */
export function facetAnswers(facets: Iterable<FacetName>, facts: ProxyFacts): Facets {
  return Object.fromEntries([...facets].sort().map((facet) => [facet, facetAnswer(facet, facts)]));
}

function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = numbersOf(version);
  const [wantedMajor = 0, wantedMinor = 0] = numbersOf(wanted);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function numbersOf(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
