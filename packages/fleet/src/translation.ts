import {
  DEFAULT_FACTS,
  FragmentMap,
  type FacetName,
  type Fragment,
  type ProxyFacts,
  type RootKey,
} from '@silverback/kong-configuration';
import type { FanOutEvent, PinnedFacts } from '@silverback/fan-out';
import type { CurrentResources } from './current-resources.ts';

/** Where a fleet gets fragments from. */
export interface Translation {
  /** The facets that were asked so far: proxies that answer them alike get the same fragments. May grow with each question. */
  readonly facets: readonly FacetName[];
  /**
   * The fragments of all roots for proxies with these facts, from one complete translation. Undefined while the next
   * translation is on its way: it is set when it is there.
   */
  fragmentsFor(facts: ProxyFacts): FragmentMap | undefined;
  /** The resources themselves, for forms of the past that these proxies are given. Absent where only fragments are known. */
  currentResources?(facts: ProxyFacts): CurrentResources;
}

/** The same fragments for proxies of every kind. */
export function sameForAll(fragments: ReadonlyMap<RootKey, Fragment>): Translation {
  const map = FragmentMap.of(fragments.values());
  return { facets: [], fragmentsFor: () => map };
}

type Information = Extract<FanOutEvent, { type: 'information-read' }>['information'];

/** What proxies are taken for as long as none has been asked. */
export function assumedFacts(pins: PinnedFacts): ProxyFacts {
  return { ...DEFAULT_FACTS, ...pins };
}

/** The facts that a configuration can depend on. */
export function factsOf(information: Information): ProxyFacts {
  const { version, routerFlavor, availablePlugins, upstreamKeepalivePoolSize, streamListeners } = information;
  return {
    version,
    routerFlavor,
    plugins: availablePlugins,
    ...(upstreamKeepalivePoolSize !== undefined && { upstreamKeepalivePoolSize }),
    ...(streamListeners && { streamListeners }),
  };
}
