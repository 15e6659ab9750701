import { inOnePiece, type Kind, type RecordByKind } from './records.ts';
import type { IndexName, IndexedKind } from './indexes.ts';

/**
 * Read access to the cluster state. Each read is recorded, so that whoever computed something from a view
 * is run again when, and only when, something that it read has changed.
 */
export interface ClusterView {
  /** The object, or undefined; its absence is recorded as a read too. */
  get<K extends Kind>(kind: K, namespace: string, name: string): RecordByKind[K] | undefined;
  /** The objects that an index holds under a key, in the order of their resource keys. */
  lookUp<I extends IndexName>(index: I, key: string): readonly RecordByKind[IndexedKind[I]][];
}

/** One read: `Kind/namespace/name` of an object, or `index:name/key` of an index entry. */
export type ReadKey = string;

/** How the read key of an index entry begins. */
export const INDEX_PREFIX = 'index:';

/** The read key of an index entry. */
export function indexReadKey(index: string, key: string): ReadKey {
  return inOnePiece(INDEX_PREFIX + index, key);
}
