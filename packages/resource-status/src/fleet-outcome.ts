import type { Problem, ResourceReference } from '@silverback/errors';

/** What became of the resources in one fleet. */
export interface FleetOutcome {
  readonly name: string;
  /** The hash of each root's newest fragment: `Kind/namespace/name` → hash. What is not served has none. */
  readonly newest: ReadonlyMap<string, string>;
  /**
   * The hashes of the fragments in the newest payload that every proxy holds which could be in sync: one that was
   * reached within a minute, is not odd and is not leaving. Empty before there is such a payload.
   */
  readonly confirmed: ReadonlyMap<string, string>;
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
