import { OrderedRecords } from './ordered-records.ts';
import { hasKey, keyOf, type ResourceKey, type ResourceRecord } from './records.ts';

/** The records under one key of an index. Most keys have one record, and it is kept alone. */
export type IndexEntry = ResourceRecord | OrderedRecords;

/** The records of an entry, in the order of their keys. */
export function recordsIn(entry: IndexEntry | undefined): readonly ResourceRecord[] {
  if (entry === undefined) return [];
  return entry instanceof OrderedRecords ? entry.inOrder() : [entry];
}

/**
 * An entry with a record put in, or taken out where there is none any more.
 *
 * @returns undefined if nothing is left in it
 */
export function entryWith(
  entry: IndexEntry | undefined,
  key: ResourceKey,
  record: ResourceRecord | undefined,
): IndexEntry | undefined {
  if (!(entry instanceof OrderedRecords)) {
    const isSame = entry === undefined || hasKey(entry, key);
    if (isSame || record === undefined) return isSame ? record : entry;
    const records = new OrderedRecords();
    records.set(keyOf(entry), entry);
    records.set(key, record);
    return records;
  }
  if (record === undefined) entry.delete(key);
  else entry.set(key, record);
  return entry.size === 0 ? undefined : entry;
}
