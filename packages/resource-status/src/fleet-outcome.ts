import type { Problem, ResourceReference } from '@silverback/errors';

/** The hash of a fragment by its root, `Kind/namespace/name`. */
export interface RootHashes {
  has(root: string): boolean;
  get(root: string): string | undefined;
}

/** What became of the resources in one fleet, or in one group of proxies that get the same. */
export interface FleetOutcome {
  readonly name: string;
  /** The hash of each root's newest fragment. What is not served has none. */
  readonly newest: RootHashes;
  /**
   * The hashes of the fragments that every proxy has confirmed which could be in sync: one that was reached within a
   * minute, is not odd and is not leaving.
   */
  readonly confirmed: RootHashes;
  readonly problems: readonly Problem[];
}

/** Whether every fleet that serves a root has it confirmed as it is now. One that nobody serves is not. */
export function isConfirmedBy(fleets: readonly FleetOutcome[], root: string): boolean {
  const serving = fleets.filter(({ newest }) => newest.has(root));
  return (
    serving.length > 0 && serving.every(({ newest, confirmed }) => newest.get(root) === confirmed.get(root))
  );
}

/** `Kind/namespace/name`, also where the namespace is empty: how roots are named. */
export function rootOf({ kind, namespace, name }: ResourceReference): string {
  return `${kind}/${namespace}/${name}`;
}
