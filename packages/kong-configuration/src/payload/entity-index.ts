import type { RootKey } from '../fragment.ts';
import type { Bucket } from './bucket.ts';

/** Root by ID of an entity. Made when somebody asks for the first time: that is so for few payloads. */
export function indexRoots(buckets: readonly Bucket[]): ReadonlyMap<string, RootKey> {
  const index = new Map<string, RootKey>();
  for (const { rows } of buckets) {
    for (const { ids, roots } of rows) {
      ids.forEach((id, position) => {
        const root = typeof roots === 'string' ? roots : roots[Math.min(position, roots.length - 1)];
        if (root !== undefined) index.set(id, root);
      });
    }
  }
  return index;
}
