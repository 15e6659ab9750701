import { pathToFileURL } from 'node:url';
import { type Clock, SystemClock } from '@silverback/clock';
import {
  BackendRegistry,
  type DiscoveryBackend,
  dnsSrvBackend,
  endpointsBackend,
  guardBackend,
  staticBackend,
} from '@silverback/discovery';
import { isSilverbackError } from '@silverback/errors';
import type { CheckDiscovery, SettingIssue } from '@silverback/settings';

/** How long a module may take to be loaded, in ms. */
const LOAD_MS = 10_000;

/** The kinds of discovery that settings can name. */
export interface DiscoveryBackends {
  readonly registry: BackendRegistry;
  /** The directory of the settings file, absolute. */
  readonly directory: string;
}

/** A module that the settings file names. */
export interface BackendModule {
  /** As in `modules[0]`. */
  readonly place: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * Registers the backends that are always there and those of modules, whose code runs here.
 *
 * @param origin - the settings file, for messages
 * @returns the registry, and a mistake for each module that cannot be used
 */
export async function loadBackends(
  modules: readonly BackendModule[],
  origin: string,
  clock: Clock = new SystemClock(),
): Promise<{ readonly registry: BackendRegistry; readonly issues: readonly SettingIssue[] }> {
  const registry = new BackendRegistry()
    .register(endpointsBackend)
    .register(dnsSrvBackend)
    .register(staticBackend);
  const issues: SettingIssue[] = [];
  for (const { place, path } of modules) {
    try {
      const backend = await defaultExport(path, clock);
      if (isBackend(backend)) registry.register(guardBackend(backend));
      else
        issues.push({ ...unusable(place, origin), message: `${path} has no backend as its default export` });
    } catch (error) {
      if (isSilverbackError(error)) {
        issues.push({ code: error.code, path: place, origin, message: error.message });
      } else {
        const reason = error instanceof Error ? error.message : String(error);
        issues.push({ ...unusable(place, origin), message: `${path} cannot be loaded: ${reason}` });
      }
    }
  }
  return { registry, issues };
}

async function defaultExport(path: string, clock: Clock): Promise<unknown> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.schedule(LOAD_MS, () => {
    late.reject(new Error(`it takes longer than ${LOAD_MS} ms`));
  });
  try {
    const loading = import(pathToFileURL(path).href) as Promise<{ readonly default?: unknown }>;
    return (await Promise.race([loading, late.promise])).default;
  } finally {
    cancel();
  }
}

/** Checks entries of `discovery`, for the settings. */
export function discoveryCheck({ registry, directory }: DiscoveryBackends): CheckDiscovery {
  return (entry, fleet) => {
    const parsed = registry.parseEntry(entry, { ...fleet, directory });
    return parsed.ok ? [] : parsed.issues;
  };
}

function unusable(place: string, origin: string): Omit<SettingIssue, 'message'> {
  return { code: 'DiscoveryModuleUnusable', path: place, origin };
}

function isBackend(value: unknown): value is DiscoveryBackend {
  if (typeof value !== 'object' || value === null) return false;
  const { name, parseSettings, create } = value as Partial<DiscoveryBackend>;
  return (
    typeof name === 'string' &&
    /^[A-Za-z][A-Za-z0-9]{0,62}$/.test(name) &&
    typeof parseSettings === 'function' &&
    typeof create === 'function'
  );
}
