import { BackendRegistry, dnsSrvBackend, endpointsBackend, staticBackend } from '@silverback/discovery';
import type { CheckDiscovery } from '@silverback/settings';

/** The kinds of discovery that settings can name. */
export interface DiscoveryBackends {
  readonly registry: BackendRegistry;
  /** The directory of the settings file, absolute. */
  readonly directory: string;
}

/** The backends that are always there. */
export function builtInBackends(): BackendRegistry {
  return new BackendRegistry().register(endpointsBackend).register(dnsSrvBackend).register(staticBackend);
}

/** Checks entries of `discovery`, for the settings. */
export function discoveryCheck({ registry, directory }: DiscoveryBackends): CheckDiscovery {
  return (entry, fleet) => {
    const parsed = registry.parseEntry(entry, { ...fleet, directory });
    return parsed.ok ? [] : parsed.issues;
  };
}
