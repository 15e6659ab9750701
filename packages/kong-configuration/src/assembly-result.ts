import type { Problem } from '@silverback/errors';
import type { KongConfiguration } from './entities.ts';
import type { RootKey } from './fragment.ts';

/** A part that could not be programmed because something that it needs is not there. */
export interface Unresolved {
  /** The root whose part is left out. */
  readonly root: RootKey;
  /** The root that would have to give what is missing: `KongPlugin/namespace/name`. */
  readonly needs: RootKey;
}

/** What an assembly of fragments gives. */
export interface AssemblyResult {
  readonly configuration: KongConfiguration;
  readonly problems: readonly Problem[];
  /** Entity id → the root that it comes from. A plugin instance belongs to its KongPlugin. */
  readonly owners: ReadonlyMap<string, RootKey>;
  readonly unresolved: readonly Unresolved[];
}
