import type { NodeInformation } from '@silverback/kong-admin';

/** Facts about all proxies of a fleet that the settings give, whatever the proxies say. */
export interface PinnedFacts {
  /** Router flavour, as in `expressions`. */
  readonly routerFlavor?: string;
  /** Version of Kong, as in `3.9`. */
  readonly version?: string;
}

/** What a proxy says of itself, with what is pinned in place of its own words. */
export function withPins(information: NodeInformation, pins: PinnedFacts): NodeInformation {
  return { ...information, ...pins };
}
